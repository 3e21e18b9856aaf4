"""The ``swav`` command, and ``python -m swav``: what it imports is the most of a short one."""

from swav.reel import lean, lean_values


def main() -> None:
    """Import all commands as cheaply as a build does, and run the one that was typed."""
    lean.keep_all()
    lean_values.put_off_methods()
    from swav.cli import main as run

    lean.collect_again()
    run()


if __name__ == "__main__":
    main()
