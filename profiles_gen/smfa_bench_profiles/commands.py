"""`smfa-bench profiles`: make fictional people, check your own, and look at them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from smfa_bench.cli.display import Display
from smfa_bench.errors import UsageError, unknown

if TYPE_CHECKING:
    from smfa_bench.data.profile_set import ProfileSet

app = typer.Typer(
    name="profiles", help="Make fictional people, check your own, and look at them.", no_args_is_help=True
)

TILE: Final = 128
"""Edge of a portrait on the contact sheet, in pixels."""

SAVED: Final = "Saved folder, or a .jsonl file of people; without it, people are made."
Domains = Annotated[str | None, typer.Option(help="Kinds of pictures of the people to make.", show_default="all")]
SplitSeed = Annotated[int, typer.Option(help="Decides who is in which split, as the seed of a run does.")]
FewShot = Annotated[
    int | None,
    typer.Option(help="Retain profiles that a method may see.", show_default="10, or as many as there can be"),
]
ForgetRatio = Annotated[
    list[float] | None,
    typer.Option(
        help="Share of the people in a forget set; may be repeated.",
        show_default="0.05, 0.1 and 0.15, where that forgets anybody",
    ),
]


@app.command()
def generate(
    output: Annotated[
        Path | None, typer.Option(help="Folder for the profile set, new or empty; a dry run needs none.")
    ] = None,
    preset: Annotated[str | None, typer.Option(help="A set with a published fingerprint: tiny or s-mllmun-v1.")] = None,
    size: Annotated[int | None, typer.Option(help="Number of people.", show_default="100")] = None,
    seed: Annotated[
        int | None, typer.Option(help="Any integer; the same seed makes the same people.", show_default="0")
    ] = None,
    picture_size: Annotated[int | None, typer.Option(help="Edge of the pictures in pixels.", show_default="64")] = None,
    domains: Annotated[
        str | None,
        typer.Option(help="Kinds of pictures of a person: portrait, or portrait,fundus.", show_default="all"),
    ] = None,
    descriptions: Annotated[
        bool, typer.Option("--descriptions", help="Also ask for a description of each picture.")
    ] = False,
    entanglement: Annotated[
        float, typer.Option(min=0, max=1, help="How much people have in common: families, colleagues, look-alikes.")
    ] = 0.0,
    portraits: Annotated[str | None, typer.Option(help="Portraits of another source, such as folder.")] = None,
    portraits_set: Annotated[
        list[str] | None, typer.Option("--portraits-set", help="Option of that source as key=value; may be repeated.")
    ] = None,
    facts: Annotated[str | None, typer.Option(help="Facts of another source, such as llm.")] = None,
    facts_set: Annotated[
        list[str] | None, typer.Option("--facts-set", help="Option of that source as key=value; may be repeated.")
    ] = None,
    base_url: Annotated[str | None, typer.Option(help="The same as --facts-set base_url=URL.")] = None,
    llm_model: Annotated[str | None, typer.Option(help="The same as --facts-set model=NAME.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the prompts for facts, and what they would cost.")
    ] = False,
    display: Annotated[Display, typer.Option(help="How progress is shown on stderr.")] = Display.RICH,
) -> None:
    """Write a profile set: records, questions and pictures."""
    from smfa_bench_profiles.makers.generate import Wanted, generate, plan
    from smfa_bench_profiles.presets import find_preset

    if preset is not None:
        if any(option is not None for option in (size, seed, picture_size, domains, portraits, facts)) or (
            descriptions or entanglement
        ):
            raise UsageError("a preset has its own size, seed, pictures and facts; give --preset or these, not both.")
        found = find_preset(preset)
        size, seed, picture_size = found.size, found.seed, found.picture_size
    named = {"base_url": base_url, "model": llm_model}
    wanted = Wanted(
        size=100 if size is None else size,
        seed=seed or 0,
        picture_size=64 if picture_size is None else picture_size,
        domains=domains,
        descriptions=descriptions,
        entanglement=entanglement,
        portraits=portraits,
        portrait_options=portraits_set or [],
        facts=facts,
        fact_options=[*(f"{key}={value}" for key, value in named.items() if value), *(facts_set or [])],
    )
    if dry_run:
        typer.echo(plan(wanted))
        return
    if output is None:
        raise UsageError("a profile set needs a folder; give --output FOLDER.")
    _check_new(output)
    generate(wanted, output, display=display)
    typer.echo(output)


@app.command()
def show(
    profiles: Annotated[Path | None, typer.Argument(help=SAVED)] = None,
    size: Annotated[int | None, typer.Option(help="Number of people to make.", show_default="20")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the people to make.", show_default="0")] = None,
    domains: Domains = None,
    output: Annotated[Path, typer.Option(help="PNG file to write.")] = Path("contact.png"),
    columns: Annotated[int, typer.Option(min=1, help="Portraits in a row.")] = 10,
) -> None:
    """Write a contact sheet of the people's pictures, with names."""
    from smfa_bench.data.picture_file import png
    from smfa_bench.storage import write_bytes
    from smfa_bench_profiles.drawing.contact_sheet import contact_sheet

    people = _people(profiles, size=size, seed=seed, domains=domains)
    pictures = [(profile.name, people.pictures[name]) for profile in people.profiles for name in profile.drawings()]
    sheet = contact_sheet(pictures, columns=columns, tile=TILE)
    write_bytes(output, png(sheet))
    typer.echo(output)


@app.command()
def validate(
    file: Annotated[Path, typer.Argument(help="JSON lines, one profile each; pictures/<picture>.png beside it.")],
) -> None:
    """List everything that is wrong with people that somebody wrote down, with line numbers."""
    from smfa_bench.data.people_file import read_people

    people = read_people(file)
    for fault in people.faults:
        typer.echo(fault)
    if people.faults:
        count = len(people.faults)
        raise UsageError(f"{count} fault{'s' * (count > 1)} in {file}; mend what is listed and validate again.")
    typer.echo(f"{file}: {len(people.profiles)} people, nothing wrong")


@app.command()
def export(
    to: Annotated[Path, typer.Option(help="Folder for the data sets: new or empty.")],
    profiles: Annotated[Path | None, typer.Argument(help=SAVED)] = None,
    size: Annotated[int | None, typer.Option(help="Number of people to make.", show_default="100")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the people to make.", show_default="0")] = None,
    picture_size: Annotated[
        int | None,
        typer.Option(help="Edge of the pictures in pixels.", show_default="64; of saved people, as they are"),
    ] = None,
    domains: Domains = None,
    split_seed: SplitSeed = 0,
    few_shot: FewShot = None,
    forget_ratio: ForgetRatio = None,
) -> None:
    """Write Hugging Face data sets, parquet files and a data-set card."""
    from smfa_bench_profiles.export import export

    _check_new(to)
    if profiles is None:
        size = 100 if size is None else size
        picture_size = 64 if picture_size is None else picture_size
    people = _people(profiles, size=size, seed=seed, domains=domains, edge=picture_size)
    export(people, to, few_shot=few_shot, seed=split_seed, ratios=forget_ratio or ())
    typer.echo(to)


@app.command()
def browse(
    profiles: Annotated[Path | None, typer.Argument(help=SAVED)] = None,
    size: Annotated[int | None, typer.Option(help="Number of people to make.", show_default="20")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the people to make.", show_default="0")] = None,
    domains: Domains = None,
    output: Annotated[Path, typer.Option(help="HTML file to write.")] = Path("people.html"),
    split_seed: SplitSeed = 0,
    few_shot: FewShot = None,
    forget_ratio: ForgetRatio = None,
) -> None:
    """Write one HTML page of all people, with facts, questions and splits, that works offline."""
    from smfa_bench.storage import write_bytes
    from smfa_bench_profiles.browser import browser

    people = _people(profiles, size=size, seed=seed, domains=domains)
    page = browser(people, few_shot=few_shot, seed=split_seed, ratios=forget_ratio or ())
    write_bytes(output, page.encode())
    typer.echo(output)


@app.command("import")
def import_people(
    form: Annotated[
        str,
        typer.Argument(
            metavar="FORM",
            help="Form of what is read: datasets (an export), mllmu (MLLMU-Bench), clear or fiubench.",
        ),
    ],
    path: Annotated[Path, typer.Argument(help="Folder that `export` wrote, or files of the benchmark.")],
    output: Annotated[Path, typer.Option(help="Folder for the profile set: new or empty.")],
) -> None:
    """Write a profile set from people in another form."""
    from smfa_bench_profiles.import_clear import import_clear
    from smfa_bench_profiles.import_datasets import import_datasets
    from smfa_bench_profiles.import_fiubench import import_fiubench
    from smfa_bench_profiles.import_mllmu import import_mllmu

    forms = {
        "datasets": import_datasets,
        "mllmu": import_mllmu,
        "clear": import_clear,
        "fiubench": import_fiubench,
    }
    if form not in forms:
        raise unknown("form", form, forms)
    _check_new(output)
    forms[form](path).save(output)
    typer.echo(output)


@app.command()
def push(
    repository: Annotated[str, typer.Argument(metavar="REPO", help="Data set on the Hugging Face hub: owner/name.")],
    folder: Annotated[Path, typer.Argument(help="Folder that `export` wrote.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List what would be uploaded; nothing is sent.")] = False,
    private: Annotated[bool, typer.Option("--private", help="Make the repository private, if it is new.")] = False,
) -> None:
    """Upload an export to the Hugging Face hub."""
    from smfa_bench_profiles.push import planned
    from smfa_bench_profiles.push import push as upload

    if not dry_run:
        typer.echo(upload(repository, folder, private=private))
        return
    files = planned(repository, folder)
    for name, size in files.items():
        typer.echo(f"{size:>12,}  {name}")
    typer.echo(f"{sum(files.values()):>12,}  bytes in {len(files)} files, for the data set {repository}")


def _check_new(folder: Path) -> None:
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise UsageError(f"{folder} exists and is not an empty folder; choose another folder or delete it.")


def _people(
    path: Path | None, *, size: int | None, seed: int | None, domains: str | None, edge: int | None = None
) -> "ProfileSet":
    from smfa_bench.data.sources import open_people
    from smfa_bench_profiles.source import DOMAINS, fictional

    if path is None:
        return fictional(
            size=20 if size is None else size,
            seed=seed or 0,
            picture_size=TILE if edge is None else edge,
            domains=domains or DOMAINS,
        )
    if size is not None or seed is not None or domains is not None:
        raise UsageError(
            "give saved people, or --size, --seed and --domains, not both: a saved profile set has its own."
        )
    return open_people(path, picture_size=edge)
