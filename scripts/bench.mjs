// npm run bench -- NAME [--json FILE]: one measurement.
import fs from 'node:fs';
import path from 'node:path';
import { inTree } from './lib/places.mjs';
import { Problem, runMain } from './lib/problem.mjs';
import { foreground } from './lib/run.mjs';
import { setUpBenches } from './setup/plans.mjs';
import { withDesktop } from './with-display.mjs';

const [name, ...args] = process.argv.slice(2);

await runMain(async () => {
  const names = benches();
  if (!names.includes(name)) {
    const list = names.length > 0 ? names.join(', ') : 'none yet';
    throw new Problem(
      'bench_unknown',
      `${name ? `There is no measurement called ${name}.` : 'Name a measurement.'} There are: ${list}.\n` +
        'npm run bench -- NAME [--json FILE]',
    );
  }
  await setUpBenches();
  return withDesktop(process.env, (env) =>
    foreground(process.execPath, ['--import', 'tsx', inTree('test', 'bench', `${name}.ts`), ...args], {
      env,
    }),
  );
});

/** Every file of test/bench is a measurement; what they share lies in folders below it. */
function benches() {
  const folder = inTree('test', 'bench');
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.basename(file, '.ts'));
}
