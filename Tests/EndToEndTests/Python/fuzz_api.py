"""Fuzzes a running collector by its own OpenAPI document, with a fixed seed and within a bounded time.

    fuzz_api.py URL SEED SECONDS NAMES

NAMES is a JSON object: by path, what its parameters are where chance would never find one.
Prints one JSON document: what failed, how many cases ran. Ends with 0 also where something failed.
"""
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def main():
    url, seed, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    names = json.loads(sys.argv[4])
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "schemathesis.toml"
        settings.write_text("".join(
            f'[[operations]]\ninclude-path = "{path}"\nparameters = {{ "path.{name}" = "{value}" }}\n'
            for path, known in names.items() for name, value in known.items()))
        report = Path(folder) / "report.ndjson"
        began = time.monotonic()
        words = [
            str(Path(sys.executable).parent / "schemathesis"), "--config-file", str(settings), "run",
            f"{url}/api/v1/openapi.json", "--url", url,
            "--seed", seed, "--workers", "1", "--max-examples", "25", "--phases", "examples,coverage,fuzzing",
            "--request-timeout", "10", "--checks", "all",
            # A time window that ends before it begins, or a cursor that nobody gave out, fits any schema.
            "--exclude-checks", "positive_data_acceptance,ignored_auth,use_after_free,ensure_resource_availability",
            # It has no end; import takes what no schema describes.
            "--exclude-path", "/api/v1/stream", "--exclude-path", "/api/v1/import",
            "--exclude-path", "/api/v1/rules/try", "--exclude-path-regex", "^/(healthz|readyz|metrics)$",
            "--report", "ndjson", "--report-ndjson-path", str(report), "--no-color",
        ]
        try:
            run = subprocess.run(words, capture_output=True, text=True, timeout=seconds, cwd=folder)
            code, text = run.returncode, run.stdout + run.stderr
        except subprocess.TimeoutExpired as late:
            code, text = -1, (late.stdout or b"").decode() + f"\nnot done after {seconds} s"
        cases = report.read_text().count('"ScenarioFinished"') if report.exists() else 0
    print(json.dumps({"code": code, "scenarios": cases, "seconds": time.monotonic() - began, "text": text[-12000:]}))


main()
