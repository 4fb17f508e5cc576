/** Where all runs take place: one sandbox, one browser, one person's sign-in, and a fault proxy before the backend. */
import fs from 'node:fs';
import path from 'node:path';
import type { Fault } from '../../sandbox/store/faults.ts';
import type { RunningApp } from '../e2e/harness.ts';
import { listFaults, setFaults } from '../e2e/stored.ts';
import { signIn } from '../e2e/window.ts';
import { openWorld, type World } from '../e2e/world.ts';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { openLibrary, type Library } from './library.ts';

export interface Arena {
  world: World;
  library: Library;
  /** Starts the app in this user-data folder, with a folder of its own for temporary files; signed in when it resolves. */
  launch(userDataDir: string, tempDir: string): Promise<RunningApp>;
  /** Signs the person in by the window, who is signed out or whose session has ended. */
  signInAgain(app: RunningApp): Promise<void>;
  /** A new user-data folder of the person, as at a computer where the app was just installed. */
  prepareUserData(dir: string): void;
  storeFaults: { set(rules: readonly Fault[]): Promise<void>; list(): Promise<Fault[]> };
  backendFaults: Pick<FaultProxy, 'set' | 'list'>;
  /** Ends what a run has left: apps, faults, stopped servers, the library's bytes. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}

/** What the window shows of somebody who is signed in. */
const openViews = ['view-empty', 'view-queue', 'view-engine-failed']
  .map((id) => `[data-testid=${id}]`)
  .join(', ');
const profile = 'profile.json';
const parts = ['store', 'cognito', 'backend'] as const;

/** Starts everything and signs the demo user in, once: a start finds the session in the keychain afterwards. */
export async function openArena(): Promise<Arena> {
  const world = await openWorld();
  const { sandbox } = world;
  const proxy = await startFaultProxy(sandbox.apiUrl);
  const library = openLibrary(sandbox, `http://127.0.0.1:${world.callbackPorts[0]}/callback`);
  const configFile = path.join(world.newDir('config'), 'client-config.json');
  fs.writeFileSync(configFile, JSON.stringify({ ...sandbox.clientConfig, apiUrl: proxy.url }));
  const signedIn = world.newDir('user-data');
  const close = async (): Promise<void> => {
    library.close();
    await proxy.close();
    await world.close();
  };
  try {
    const app = await world.launchSignedIn({ userDataDir: signedIn, configFile });
    await app.close();
  } catch (error) {
    await close();
    throw error;
  }

  const signInAgain = async (app: RunningApp): Promise<void> => {
    await world.browser.startOver();
    await signIn(app, world.browser, sandbox.demoUser);
  };
  return {
    world,
    library,
    launch: async (userDataDir, tempDir) => {
      const app = await world.launch({ userDataDir, configFile, env: { TMPDIR: tempDir } });
      const signedOut = app.page.getByTestId('view-signed-out');
      await app.page.locator(openViews).or(signedOut).first().waitFor();
      if (await signedOut.isVisible()) await signInAgain(app);
      return app;
    },
    signInAgain,
    prepareUserData: (dir) => {
      fs.mkdirSync(dir, { recursive: true });
      fs.copyFileSync(path.join(signedIn, profile), path.join(dir, profile));
    },
    storeFaults: {
      set: (rules) => setFaults(sandbox.store, rules),
      list: () => listFaults(sandbox.store),
    },
    backendFaults: proxy,
    tidy: async () => {
      await world.startOver();
      proxy.set([]);
      for (const part of parts) await sandbox.startPart(part);
      await setFaults(sandbox.store, []);
      await library.forget();
    },
    close,
  };
}
