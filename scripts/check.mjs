// npm run check: types, lint, format, dead code and import rules, side by side.
import { inTree } from './lib/places.mjs';
import { runMain } from './lib/problem.mjs';
import { attempt } from './lib/run.mjs';
import { setUpPackages } from './setup/plans.mjs';

const steps = [
  { name: 'types', command: ['tsc', '--build', '--pretty', 'false'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'format', command: ['prettier', '--check', '--log-level=warn', '.'] },
  { name: 'dead code', command: ['knip', '--no-progress'] },
];

await runMain(async () => {
  await setUpPackages();
  const results = await Promise.all(steps.map(check));
  const failed = results.filter(({ passed }) => !passed).map(({ name }) => name);
  console.log(failed.length === 0 ? 'check: all is well' : `check: ${failed.join(', ')} failed`);
  return failed.length === 0 ? 0 : 1;
});

async function check({ name, command: [program, ...args] }) {
  const start = performance.now();
  const executable = inTree('node_modules', '.bin', program);
  const { code, output, error } = await attempt(executable, args, { shell: process.platform === 'win32' });
  const passed = code === 0;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${name}: ${passed ? 'ok' : 'FAILED'} (${seconds} s)`);
  if (!passed) console.log(`${error?.message ?? output.trim()}\n`);
  return { name, passed };
}
