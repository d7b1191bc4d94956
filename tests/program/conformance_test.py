"""The test cases of other feed parsers. They are kept outside of this repository: TRIBUTARY_CONFORMANCE names the folder
with their run.py (CMake's option of that name, or the environment). Skipped where there is none."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

CASES = pathlib.Path(os.environ.get("TRIBUTARY_CONFORMANCE") or "nowhere")
FORMATS = pathlib.Path(__file__).resolve().parents[2] / "docs/FORMATS.md"
LEAST_PERCENT = 98.5


def told_on_purpose():
    """The cases that docs/FORMATS.md says we fail, and why."""
    section = FORMATS.read_text(encoding="utf-8").split("## Cases of other parsers", 1)[1]
    rows = [line for line in section.split("\n## ", 1)[0].splitlines() if line.startswith("| `")]
    return {case for row in rows for case in re.findall(r"`([^`]+)`", row.split(" | ", 1)[0])}


@unittest.skipUnless((CASES / "run.py").exists(), "no conformance cases: TRIBUTARY_CONFORMANCE is not set")
class Conformance(unittest.TestCase):
    def run_cases(self, *arguments):
        with tempfile.TemporaryDirectory() as folder:
            answers = pathlib.Path(folder) / "answers.json"
            parser = os.environ["TRIBUTARY"] + " parse"
            done = subprocess.run(
                [sys.executable, "-B", CASES / "run.py", "--parser", parser, "--json", answers, *arguments],
                capture_output=True, text=True, timeout=500, check=False)  # fmt: skip
            self.assertTrue(answers.exists(), done.stdout + done.stderr)
            return json.loads(answers.read_text(encoding="utf-8"))

    def test_every_case_that_fails_is_told_with_a_reason_and_no_other(self):
        verdicts = {case["id"]: case for case in self.run_cases()["cases"]}
        failed = {name for name, case in verdicts.items() if not case["ok"]}
        told = told_on_purpose()
        for name in sorted(failed - told):
            print(name, verdicts[name]["why"][:2])
        self.assertEqual(sorted(failed - told), [], "fail, but docs/FORMATS.md does not say why")
        self.assertEqual(sorted(told & verdicts.keys() - failed), [], "pass, though docs/FORMATS.md says otherwise")
        passed = 100 * (len(verdicts) - len(failed)) / len(verdicts)
        self.assertGreaterEqual(passed, LEAST_PERCENT)
        self.assertFalse([name for name in failed if name.startswith("hostile/")])

    def test_of_every_real_feed_all_entries_are_found(self):
        feeds = self.run_cases("--survival")
        self.assertGreater(len(feeds), 0)
        self.assertEqual([name for name, found in feeds.items() if not found["all entries"]], [])


if __name__ == "__main__":
    unittest.main()
