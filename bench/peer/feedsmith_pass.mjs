// feedsmith: PASSES FILE... A line a pass: CPU seconds of all threads, entries.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(join(process.cwd(), "package.json"));
const { parseFeed } = await import(pathToFileURL(require.resolve("feedsmith")).href);

const [passes, ...files] = process.argv.slice(2);
const documents = files.map((file) => readFileSync(file));
for (let pass = 0; pass < Number(passes); ++pass) {
  const began = process.cpuUsage();
  let entries = 0;
  for (const document of documents) {
    const { feed } = parseFeed(document.toString("utf8"));
    entries += (feed.items ?? feed.entries ?? []).length;
  }
  const { user, system } = process.cpuUsage(began);
  console.log((user + system) / 1e6, entries);
}
