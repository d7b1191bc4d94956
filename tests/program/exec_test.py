"""Programs as sources: they are run where the configuration says so, and nowhere else."""

import json
import os
import unittest

from support import ProgramTest, entries, eventually, rss


class Exec(ProgramTest):
    def program(self, name, text):
        file = self.directory / name
        file.write_text("#!/bin/sh\n" + text)
        file.chmod(0o755)
        return f"./{name}"

    def source(self, name, *command, **options):
        return {"name": name, "command": list(command), **options}

    def test_what_a_program_writes_is_a_source_beside_others(self):
        (self.directory / "feed.xml").write_bytes(rss(entries(1, 3)))
        origin = self.origin()
        web = origin.put("/feed", rss(entries(1, 2, "http://web.example")))
        config = self.config(
            [
                self.source("good", self.program("good", 'cat "$1"'), str(self.directory / "feed.xml")),
                self.source("bad", self.program("bad", "echo no luck >&2; exit 7")),
                self.source("slow", self.program("slow", "sleep 600"), timeout="300ms"),
                web,
            ],
            poll={"allow_exec": True},
        )
        daemon = self.start(config)
        daemon.wait_for_items(5)
        daemon.wait_for_log(r"exec:bad: .*/bad ended with code 7: no luck; next poll")
        daemon.wait_for_log(r"exec:slow: .*/slow did not end within 300 ms; next poll")

        listed = {source["name"]: source for source in json.loads(
            self.command("list", config, "--json"))}
        self.assertEqual(listed["good"]["state"], "ok")
        self.assertEqual(listed["good"]["url"], "exec:good")
        self.assertNotIn("feed.xml", self.command("list", config))  # arguments are not shown
        eventually(lambda: "not modified" in self.command("status", config, "good"), "same output")
        self.assertNotIn("exec:", daemon.get("/opml").text)
        (self.directory / "feed.xml").write_bytes(rss(entries(1, 4)))
        daemon.wait_for_items(6)

    def test_a_program_ends_with_the_daemon(self):
        pid = self.directory / "pid"
        text = f"trap '' TERM\necho $$ > {pid}.new\nmv {pid}.new {pid}\nsleep 600\nsleep 600\n"
        config = self.config(
            [self.source("stubborn", self.program("stubborn", text))], poll={"allow_exec": True}
        )
        daemon = self.start(config)
        eventually(pid.exists, "the program runs")
        self.assertEqual(daemon.stop(), 0)
        eventually(lambda: not os.path.exists(f"/proc/{pid.read_text().strip()}"), "it is gone")

    def test_none_is_run_that_is_not_allowed_or_not_configured(self):
        trace = self.directory / "trace"
        program = self.program("program", f"touch {trace}")
        config = self.config([self.source("x", program)])
        done = self.run_program("check-config", config)
        self.assertEqual(done.returncode, 78)
        self.assertIn("[[source]] command needs [poll] allow_exec = true", done.stderr)

        for poll in ({}, {"allow_exec": True}):
            config = self.config([], poll=poll)
            for command in (["add"], ["preview"], ["discover"]):
                for url in (f"exec:{program}", f"exec:{self.directory}/program", "exec:x"):
                    done = self.run_program(command[0], "--config", config, url)
                    self.assertNotEqual(done.returncode, 0, (command, url, done.stdout))
        self.assertFalse(trace.exists())


if __name__ == "__main__":
    unittest.main()
