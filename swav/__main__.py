"""``python -m swav``."""

from swav.cli import main

if __name__ == "__main__":
    main()
