import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createOpenedFiles } from '../../../main/desktop/opened-files.ts';
import type { AuthState, WindowCommand } from '../../../preload/contract/model.ts';
import { deferred } from '../../support/deferred.ts';
import { tempDir } from '../../support/temp-dir.ts';

const signedIn: AuthState = {
  kind: 'signedIn',
  user: { sub: '1', name: 'Ada', email: 'ada@example.org' },
  offline: false,
};

function setUp(auth: AuthState, engineRuns: boolean) {
  const state = { auth, authSettled: true, engineRuns };
  const told: WindowCommand[] = [];
  const added = deferred<string[]>();
  const heard = deferred<WindowCommand>();
  const opened = createOpenedFiles({
    auth: () => state.auth,
    authSettled: () => state.authSettled,
    engineRuns: () => state.engineRuns,
    add: (files) => {
      added.resolve(files);
      return Promise.resolve();
    },
    tell: (command) => {
      told.push(command);
      heard.resolve(command);
    },
    onFailure: (error) => {
      throw error;
    },
  });
  return { opened, state, told, added: added.promise, heard: heard.promise };
}

it('adds what is there once the person and the engine are, and names what is not', async () => {
  const dir = tempDir();
  const there = ['a.jpg', 'b.jpg'].map((name) => path.join(dir, name));
  for (const file of there) fs.writeFileSync(file, '');
  // A link that leads nowhere is something that the walk can tell of.
  fs.symlinkSync('nowhere', path.join(dir, 'link.jpg'));
  const gone = ['1', '2', '3', '4'].map((name) => path.join(dir, `gone ${name}.jpg`));
  const { opened, state, told, added, heard } = setUp({ kind: 'signedOut' }, false);
  state.authSettled = false;
  opened.open([there[0]!, ...gone, path.join(there[1]!, 'no folder')]);
  opened.poke();
  state.auth = { kind: 'signingIn', step: 'waiting', openAgainUrl: null, deadline: 0 };
  state.authSettled = true;
  opened.poke();
  state.auth = signedIn;
  opened.poke();
  opened.open([there[1]!, path.join(dir, 'link.jpg'), there[0]!]);
  expect(told).toEqual([]);
  state.engineRuns = true;
  opened.poke();
  expect(await added).toEqual([there[0], there[1], path.join(dir, 'link.jpg')]);
  expect(await heard).toEqual({
    kind: 'notice',
    notice: { kind: 'not-found', names: ['gone 1.jpg', 'gone 2.jpg', 'gone 3.jpg'], count: 5 },
  });
  expect(told).toHaveLength(1);
});

it('keeps nothing for whoever signs in next', () => {
  const { opened, state, told } = setUp({ kind: 'signedOut' }, true);
  opened.open(['/photos']);
  expect(told).toEqual([{ kind: 'notice', notice: { kind: 'dropped-signed-out' } }]);
  state.auth = signedIn;
  opened.poke();
  expect(told).toHaveLength(1);
});
