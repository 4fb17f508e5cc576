// npm test [-- WORD...]: all tests, or those whose path has a WORD in it.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readJson } from './lib/files.mjs';
import { inTree } from './lib/places.mjs';
import { runMain } from './lib/problem.mjs';
import { foreground } from './lib/run.mjs';
import { summarise, summaryLines } from './lib/test-summary.mjs';
import { setUpTests } from './setup/plans.mjs';
import { withDesktop } from './with-display.mjs';

const vitest = inTree('node_modules', 'vitest', 'vitest.mjs');

await runMain(async () => {
  await setUpTests();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tintype-test-'));
  try {
    const runHalf = async (half, env) => {
      const report = path.join(folder, `${half}.json`);
      const args = ['run', '--passWithNoTests', '--reporter=default', '--reporter=json'];
      const exit = await foreground(
        process.execPath,
        [vitest, ...args, `--outputFile.json=${report}`, ...process.argv.slice(2)],
        { env: { ...env, TINTYPE_TEST_HALF: half } },
      );
      return { report: readJson(report), exit };
    };
    const halves = await withDesktop(process.env, (env) =>
      Promise.all(['desktop', 'beside'].map((half) => runHalf(half, env))),
    );
    const summary = summarise(halves);
    console.log(summaryLines(summary).join('\n'));
    return summary.exitCode;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
