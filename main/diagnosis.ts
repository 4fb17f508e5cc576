/** Puts together what helps to find out what is wrong, in one file that can be sent to anybody: see [Note: Left out twice]. */
import fs from 'node:fs/promises';
import path from 'node:path';
import type { AuthState, EngineStatus, UserView } from '../preload/contract/model.ts';
import type { Settings } from '../preload/contract/settings.ts';
import type { EngineDiagnosis } from './lib/engine-protocol.ts';
import type { ClientConfig } from './lib/client-config.ts';
import { createRedactor } from './lib/redact.ts';
import { problemOf } from './lib/rpc.ts';

export interface DiagnosisSources {
  /** Versions, platform, and whatever else of the app is nobody's secret. */
  app: Readonly<Record<string, string | number | boolean>>;
  userDataDir: string;
  /** The home folder, the name of whoever is logged in to the computer, and that of the computer. */
  home: string;
  login: string;
  host: string;
  settings: Settings;
  config: ClientConfig | null;
  auth: AuthState;
  engineStatus: EngineStatus;
  engine: () => Promise<EngineDiagnosis>;
  now: Date;
}

/** Of each log, its end. */
const logBytes = 256 * 1024;
const logs = ['main', 'engine'] as const;

/** The report as JSON that a person can read. */
export async function diagnosisText(sources: DiagnosisSources): Promise<string> {
  const { auth, config, home, login, host } = sources;
  const people = [...peopleOf(auth), ...(await peopleIn(sources.userDataDir))];
  const { value } = createRedactor({
    home,
    people: [
      ...people.map(({ sub, name, email }) => ({
        words: [sub, name, ...name.split(/\s+/), email, email.split('@')[0] ?? ''].filter(
          // Initials are in every text.
          (word) => word.length > 2,
        ),
        mark: '‹somebody›',
      })),
      { words: [login].filter((word) => word.length > 2 && word !== 'root'), mark: '‹login›' },
      { words: [host].filter((word) => word !== 'localhost'), mark: '‹computer›' },
    ],
  });
  const report = {
    about: 'A diagnosis of Tintype. Tokens, places, names and other people’s queues are left out.',
    at: sources.now.toISOString(),
    app: sources.app,
    settings: sources.settings,
    config: config === null ? null : plainConfig(config),
    signIn: { kind: auth.kind, problem: 'problem' in auth ? auth.problem : undefined },
    engine: { status: sources.engineStatus, ...(await engineOrProblem(sources.engine)) },
    logs: Object.fromEntries(
      await Promise.all(
        logs.map(async (name) => [
          name,
          await lastLines(path.join(sources.userDataDir, 'logs', `${name}.log`)),
        ]),
      ),
    ) as Record<string, unknown[]>,
  };
  return `${JSON.stringify(value(report), null, 2)}\n`;
}

/** Where the library is and how one signs in, by hosts. */
function plainConfig(config: ClientConfig): Record<string, unknown> {
  const { region, callbackPorts, scopes, lang } = config;
  return {
    api: new URL(config.apiUrl).origin,
    signIn: new URL(config.domain).origin,
    ownIssuer: config.issuer === undefined ? null : new URL(config.issuer).origin,
    region,
    callbackPorts,
    scopes,
    lang,
    confidential: config.clientSecret !== undefined,
    oneDirectory: config.identityProvider !== undefined,
  };
}

async function engineOrProblem(
  ask: () => Promise<EngineDiagnosis>,
): Promise<Partial<EngineDiagnosis> | { problem: unknown }> {
  try {
    return await ask();
  } catch (error) {
    // It is the engine that is wrong, then.
    return { problem: problemOf(error) };
  }
}

function peopleOf(auth: AuthState): UserView[] {
  const user = 'user' in auth ? [auth.user] : [];
  const others = 'others' in auth ? (auth.others ?? []) : [];
  return [...user, ...others.map((other) => other.user)];
}

/** Everybody who has signed in here, also to another library. */
async function peopleIn(userDataDir: string): Promise<UserView[]> {
  const found: UserView[] = [];
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { sub, name, email } = value as Record<string, unknown>;
    if (typeof sub === 'string' && typeof name === 'string' && typeof email === 'string')
      found.push({ sub, name, email });
    for (const inner of Object.values(value)) look(inner);
  };
  try {
    look(JSON.parse(await fs.readFile(path.join(userDataDir, 'profile.json'), 'utf8')));
  } catch {
    // Nobody has, or the file is not readable: then nothing of it can be in the report either.
  }
  return found;
}

/** The lines at the end of a log, each as what it says; one that is no JSON as it is. */
async function lastLines(file: string): Promise<unknown[]> {
  const parts = await Promise.all(
    [`${file}.1`, file].map((part) => fs.readFile(part, 'utf8').catch(() => '')),
  );
  const text = parts.join('').slice(-logBytes);
  // The first is cut in its middle.
  const lines = text.split('\n').slice(text.length < logBytes ? 0 : 1);
  return lines.filter((line) => line !== '').map(parsed);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}
