/**
 * `node validate.mjs RECORDING…`: checks recordings of the simulator (`--record`; a folder means all `.jsonl` in it)
 * against Microsoft's description, prints a table, and fails if an answer is wrong or there are no answers.
 */
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Description } from './description.mjs';
import { check } from './validator.mjs';

const SHOWN = 20;

const files = process.argv.slice(2).flatMap((path) =>
  statSync(path).isDirectory()
    ? readdirSync(path).filter((name) => name.endsWith('.jsonl')).map((name) => join(path, name))
    : [path],
);
const description = new Description();
const rows = new Map();
const failures = [];

for (const file of files) {
  for await (const text of createInterface({ input: createReadStream(file) })) {
    const line = JSON.parse(text);
    const { template, problems } = check(description, line);
    const name = `${line.method} ${template}`;
    const row = rows.get(name) ?? { answers: 0, statuses: new Set(), failures: 0 };
    row.answers += 1;
    row.statuses.add(line.status);
    rows.set(name, row);
    if (problems.length > 0) {
      row.failures += 1;
      failures.push(`${line.method} ${line.path} ${line.status}\n    ${problems.slice(0, 5).join('\n    ')}`);
    }
  }
}

const width = Math.max(4, ...[...rows.keys()].map((name) => name.length));
console.log(`${'path'.padEnd(width)}  answers  failures  statuses`);
for (const [name, row] of [...rows].sort(([one], [other]) => one.localeCompare(other))) {
  const statuses = [...row.statuses].sort().join(' ');
  console.log(`${name.padEnd(width)}  ${String(row.answers).padStart(7)}  ${String(row.failures).padStart(8)}  ${statuses}`);
}
for (const failure of failures.slice(0, SHOWN)) console.log(`✖ ${failure}`);
if (failures.length > SHOWN) console.log(`… and ${failures.length - SHOWN} more`);
const answers = [...rows.values()].reduce((sum, row) => sum + row.answers, 0);
console.log(`${answers} answers checked against Microsoft's description, ${failures.length} failed`);
process.exitCode = answers === 0 || failures.length > 0 ? 1 : 0;
