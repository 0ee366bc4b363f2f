"""Writes the cohort of the example and a key into a folder, laid out like the stores of its app.

Args    the folder.
"""

import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parents[2] / "examples" / "heart-attack-mortality"))

from conftest import KEY, whas500

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    (folder / "raw/admissions").mkdir(parents=True)
    (folder / "keys/mortality").mkdir(parents=True)
    whas500().to_csv(folder / "raw/admissions/export.csv", index=False)
    (folder / "keys/mortality/pseudonym.key").write_bytes(KEY)
