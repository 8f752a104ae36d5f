"""Answers that are as likely as any other."""
