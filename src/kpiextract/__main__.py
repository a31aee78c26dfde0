"""`python -m kpiextract` is the program `kpiextract`."""

from kpiextract.cli import main

if __name__ == "__main__":
    main()
