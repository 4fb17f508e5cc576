/** A few runs of `npm run chaos`, so that what it stands on keeps working. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openArena, type Arena } from './arena.ts';
import { runScenario } from './run.ts';
import { nameOf, scenarioOf } from './scenario.ts';

// A busy machine is slow, not wrong.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let arena: Arena;
beforeAll(async () => {
  arena = await openArena();
});
afterAll(() => arena.close());

test.each([6, 11, 12, 16])('nothing is lost, doubled, torn or left over with seed %i', async (seed) => {
  const scenario = scenarioOf(seed);
  const verdict = await runScenario(arena, scenario);
  expect({ fault: nameOf(scenario), findings: verdict.findings }).toMatchObject({ findings: [] });
  expect(verdict.accepted).toBeGreaterThan(0);
});

test('a seed makes the same scenario each time', () => {
  expect(scenarioOf(7)).toEqual(scenarioOf(7));
  expect(scenarioOf(8)).not.toEqual(scenarioOf(7));
});
