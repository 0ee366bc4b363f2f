"""Writes what a hospital would have: python raw.py <folder>

laboratory/people/people.csv   the FLChain study as a laboratory would export it
consent/receipts.jsonl         what its people are taken to have said: ISO/IEC TS 27560 in JSON-LD, one a line
keys/light-chains/pseudonym.key

The people are real (7,874 of Olmsted County over 50; Dispenzieri et al. 2012, Mayo Clin Proc 87:517-523). Their
consents are made up, each from the person's own id, the same each time: the study has none to give. So are the ids:
they look as the tokens of the vault do, which stands in the cloud. The key is drawn anew where there is none.

The study comes with scikit-survival, which is GPL-3.0-or-later: it is needed here and in tests, and no step imports it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from sksurv.datasets import load_flchain

PURPOSE = "five-year-mortality"
# up to which share of people, and what they said when: the last word holds
SAYINGS = (
    (0.02, ()),
    (0.04, (("ConsentRefused", "2025-09-01T08:00:00Z"),)),
    (0.07, (("ConsentGiven", "2025-09-01T08:00:00Z"), ("ConsentWithdrawn", "2026-03-01T12:00:00Z"))),
    (0.08, (("ConsentGiven", "2024-09-01T08:00:00Z", "P1Y"),)),
    (1.00, (("ConsentGiven", "2025-09-01T08:00:00Z"),)),
)


def token(number: int) -> str:
    """Stands for the token of a record number: in the cloud it is drawn at random, and the vault knows whose it is."""
    digest = hashlib.sha256(f"OLM-{number:05d}".encode()).digest()
    return "r." + base64.urlsafe_b64encode(digest[:20]).decode().rstrip("=")


def export() -> pd.DataFrame:
    """One row for each person; the group of the study and the cause of death are left out."""
    people, outcome = load_flchain()
    return pd.DataFrame(
        {
            "subject_id": [token(number) for number in range(1, len(people) + 1)],
            "age": people["age"].astype(int),
            "sex": people["sex"].astype(str),
            "kappa": people["kappa"],
            "lambda": people["lambda"],
            "creatinine": people["creatinine"],
            "mgus": people["mgus"].astype(str),
            "follow_up_days": outcome["futime"].astype(int),
            "died": outcome["death"].astype(int),
        }
    )


def receipts(subjects: list[str]) -> Iterator[dict]:
    """The receipt of each person who was asked."""
    for subject in subjects:
        share = int.from_bytes(hashlib.sha256(f"consent:{subject}".encode()).digest()[:6], "big") / 2**48
        said = next(sayings for up_to, sayings in SAYINGS if share < up_to)
        if said:
            yield {
                "@type": "dpv:ConsentRecord",
                "dct:identifier": "receipt-" + hashlib.sha256(f"receipt:{subject}".encode()).hexdigest()[:16],
                "dpv:hasDataSubject": subject,
                "dpv:hasPurpose": PURPOSE,
                "dpv:hasConsentStatus": [status(*saying) for saying in said],
            }


def status(name: str, at: str, lasts: str | None = None) -> dict:
    duration = {"dpv:hasDuration": {"@type": "dpv:TemporalDuration", "rdf:value": lasts}} if lasts else {}
    return {"@type": f"dpv:{name}", "dpv:isIndicatedAtTime": at, **duration}


def main(target: Path) -> None:
    people, consent = target / "laboratory/people/people.csv", target / "consent/receipts.jsonl"
    key = target / "keys/light-chains/pseudonym.key"
    for file in (people, consent, key):
        file.parent.mkdir(parents=True, exist_ok=True)
    table = export()
    table.to_csv(people, index=False)
    lines = [json.dumps(receipt) + "\n" for receipt in receipts(table["subject_id"].tolist())]
    consent.write_text("".join(lines), encoding="utf-8")
    if not key.exists():
        key.touch(mode=0o600)
        key.write_bytes(secrets.token_bytes(32))
    print(people, consent, key, sep="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
