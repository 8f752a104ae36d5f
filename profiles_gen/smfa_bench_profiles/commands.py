"""`smfa-bench profiles`: make fictional people, check your own, and look at them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from smfa_bench.errors import UsageError

if TYPE_CHECKING:
    from smfa_bench.data.profile_set import ProfileSet

app = typer.Typer(
    name="profiles", help="Make fictional people, check your own, and look at them.", no_args_is_help=True
)

TILE: Final = 128
"""Edge of a portrait on the contact sheet, in pixels."""

Size = Annotated[int, typer.Option(help="Number of people.")]
Seed = Annotated[int, typer.Option(help="Any integer; the same seed makes the same people.")]
PictureSize = Annotated[int, typer.Option(help="Edge of the pictures in pixels.")]


@app.command()
def generate(
    output: Annotated[Path, typer.Option(help="Folder for the profile set: new or empty.")],
    size: Size = 100,
    seed: Seed = 0,
    picture_size: PictureSize = 64,
) -> None:
    """Write a profile set: records, questions and pictures."""
    from smfa_bench_profiles.source import fictional

    if output.exists() and not (output.is_dir() and not any(output.iterdir())):
        raise UsageError(f"{output} exists and is not an empty folder; choose another --output or delete it.")
    fictional(size=size, seed=seed, picture_size=picture_size).save(output)
    typer.echo(output)


@app.command()
def show(
    profiles: Annotated[
        Path | None, typer.Argument(help="Saved folder, or a .jsonl file of people; without it, people are made.")
    ] = None,
    size: Annotated[int | None, typer.Option(help="Number of people to make. [default: 20]")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the people to make. [default: 0]")] = None,
    output: Annotated[Path, typer.Option(help="PNG file to write.")] = Path("contact.png"),
    columns: Annotated[int, typer.Option(min=1, help="Portraits in a row.")] = 10,
) -> None:
    """Write a contact sheet of the portraits, with names."""
    import io

    from smfa_bench.storage import write_bytes
    from smfa_bench_profiles.drawing.contact_sheet import contact_sheet

    people = _people(profiles, size=size, seed=seed)
    pictures = [(profile.name, people.pictures[profile.picture]) for profile in people.profiles]
    sheet = contact_sheet(pictures, columns=columns, tile=TILE)
    buffer = io.BytesIO()
    sheet.save(buffer, format="PNG")
    write_bytes(output, buffer.getvalue())
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
        raise UsageError(f"{file} can't be used: faults listed are {len(people.faults)}; mend them and validate again.")
    typer.echo(f"{file}: {len(people.profiles)} people, nothing wrong")


def _people(path: Path | None, *, size: int | None, seed: int | None) -> "ProfileSet":
    from smfa_bench.data.sources import open_people
    from smfa_bench_profiles.source import fictional

    if path is None:
        return fictional(size=20 if size is None else size, seed=seed or 0, picture_size=TILE)
    if size is not None or seed is not None:
        raise UsageError("give saved people or --size and --seed, not both: a saved profile set has its own.")
    return open_people(path)
