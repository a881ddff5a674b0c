import { open } from '../fixtures/console';
import { link } from '../fixtures/journey';
import { expect, test } from '../fixtures/test';
import { SCRIPTS, type Script } from './scripts';
import { Typist } from './typist';

const ROUNDS = Number(process.env['SOAK_ROUNDS'] ?? 200);
const SEED = Number(process.env['SOAK_SEED'] ?? 1);

test.use({ mailboxes: 40 });

test(`no key is lost in ${ROUNDS} rounds`, async ({ owner, tenant }) => {
  await link(owner, tenant, 40);
  const typist = await Typist.at(owner, SEED);
  const results = new Map(SCRIPTS.map(({ name }) => [name, { played: 0, failed: 0 }]));
  const failures: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    // In rotation, so that every script is played equally often.
    const script = SCRIPTS[round % SCRIPTS.length] as Script;
    const result = results.get(script.name)!;
    result.played += 1;
    if (new URL(owner.url()).pathname !== script.path) await open(owner, script.path);
    await typist.begin();
    try {
      await script.play(owner, typist);
      await typist.end();
    } catch (error) {
      result.failed += 1;
      const focused = await owner.evaluate(() => document.activeElement?.outerHTML.slice(0, 120));
      const why = String(error).split('\n')[0];
      failures.push(`round ${round}, ${script.name}: ${why}\n  ${typist.typed.join(', ')}\n  the focus is on ${focused}`);
      await typist.end();
      // The next round begins on a page without traces of the failure.
      await owner.goto('about:blank');
    }
  }
  for (const [name, { played, failed }] of results) {
    console.log(`${String(played).padStart(4)} played ${String(failed).padStart(4)} failed  ${name}`);
  }
  expect(failures, failures.join('\n')).toEqual([]);
});
