import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { diagnosisText, type DiagnosisSources } from '../../main/diagnosis.ts';
import { diagnose, diagnosisSql } from '../../main/engine/diagnosis.ts';
import { clientConfigSchema } from '../../main/lib/client-config.ts';
import { ProblemError } from '../../main/lib/rpc.ts';
import { defaultSettings } from '../../preload/contract/settings.ts';
import { inspectedPhoto, newPhoto, openQueue, owner, type TestQueue } from '../support/queue.ts';
import { writeFile } from '../support/files.ts';
import { tempDir } from '../support/temp-dir.ts';

/** What must be in no report, planted wherever it could come from. */
const planted = {
  accessToken: 'eyJraWQiOiJhYmMifQ.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl',
  refreshToken: 'eyJjdHkiOiJKV1QifQ.a1b2c3.d4e5f6.g7h8i9.j0k1l2',
  opaque: 'Zm9vYmFyYmF6cXV4LXF1dXgtY29yZ2UtZ3JhdWx0',
  sessionToken: 'IQoJb3JpZ2luX2VjEJr/wEaCXVzLXdlc3QtMiJHMEUCIQDk/9u+abc=',
  accessKey: 'ASIAQWERTYUIOPASDFGH',
  secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  signature: '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  proxyPassword: 'correct-horse-battery',
  clientSecret: 'client-secret-1f2e3d',
  signInCode: '9b1deb4d-3b7d',
  latitude: '48.858370',
  longitude: '2.294481',
  name: 'Charles Babbage',
  surname: 'Babbage',
  email: 'charles.babbage@engines.example',
  sub: 'c0ffee00-0002-4000-8000-00000000cafe',
  ownName: 'Ada Lovelace',
  ownEmail: 'ada@lovelace.example',
  home: '/home/adalovelace',
  otherHome: 'charlesb',
  file: 'Secret wedding.jpg',
  computer: 'difference-engine',
} as const;
const other = { sub: planted.sub, name: planted.name, email: planted.email };
const own = { sub: owner, name: planted.ownName, email: planted.ownEmail };
const presigned = `https://store.example/b/users/ada/x.jpg?X-Amz-Credential=${planted.accessKey}%2F20261125&X-Amz-Security-Token=${planted.sessionToken}&X-Amz-Signature=${planted.signature}`;

/** A user-data folder whose logs and files hold all of it. */
function plantedFolder(): string {
  const folder = tempDir();
  const line = (fields: object): string =>
    `${JSON.stringify({ at: '2026-11-25T17:00:00.000Z', source: 'main', event: 'x', ...fields })}\n`;
  writeFile(
    path.join(folder, 'logs', 'main.log'),
    [
      line({ event: 'engine.died', code: 139 }),
      line({ detail: `Bearer ${planted.accessToken}`, refreshToken: planted.refreshToken }),
      line({ detail: `sent ${planted.opaque} to ${presigned}` }),
      line({ url: `http://127.0.0.1:4000/callback?code=${planted.signInCode}&state=s` }),
      line({ detail: `http://ada:${planted.proxyPassword}@proxy.example:8080` }),
      line({ detail: `secretAccessKey: ${planted.secretKey}, sessionToken=${planted.sessionToken}` }),
      line({ user: planted.name, email: planted.email, sub: planted.sub }),
      line({ detail: `${planted.home}/Pictures/x and /home/${planted.otherHome}/Pictures` }),
      `a line that is no JSON, of ${planted.name.toUpperCase()} at ${planted.latitude}, ${planted.longitude}\n`,
    ].join(''),
  );
  writeFile(
    path.join(folder, 'logs', 'engine.log'),
    [
      line({ event: 'upload.failed', kind: 'server', detail: 'store 503 SlowDown' }),
      line({ latitude: Number(planted.latitude), gps: `${planted.latitude} ${planted.longitude}` }),
      line({ detail: `on ${planted.computer} by ${planted.email}` }),
    ].join(''),
  );
  writeFile(
    path.join(folder, 'profile.json'),
    JSON.stringify({
      version: 2,
      issuer: 'https://issuer.example',
      clientId: 'x',
      current: owner,
      known: [
        { user: own, live: true },
        { user: other, live: false },
      ],
    }),
  );
  return folder;
}

/** A queue with a row of the other person's, and one whose failure holds all of it. */
function plantedQueue(): TestQueue {
  const test = openQueue();
  const { queue, database, time } = test;
  const named = (folder: string): string =>
    `${folder}/${planted.latitude},${planted.longitude}/${planted.file}`;
  queue.add(planted.sub, [{ ...newPhoto(1), path: named(`/home/${planted.otherHome}`) }]);
  queue.add(owner, [{ ...newPhoto(2), path: named(planted.home) }, newPhoto(3), newPhoto(4)]);
  queue.claim(owner, 'inspecting', 2);
  queue.move([
    {
      id: 2,
      event: { type: 'blocked', reason: 'forbidden' },
      facts: {
        lastError: `store 403 ${presigned}`,
        tried: {
          tookMs: 5,
          bytes: 7,
          status: 403,
          requestId: '4442587FB7D0A2F9',
          host: 'store.example',
        },
      },
    },
    {
      id: 3,
      event: { type: 'failed', reason: 'network', nextTryAt: time.now + 9_000, penalty: true },
      facts: { lastError: `ECONNRESET ${planted.refreshToken} of ${planted.name}` },
    },
  ]);
  queue.claim(owner, 'inspecting', 1);
  queue.move([
    { id: 4, event: { type: 'advanced', to: 'checking' }, facts: { inspected: inspectedPhoto(4) } },
  ]);
  database.db.prepare('INSERT INTO setting VALUES (?, ?)').run('x', JSON.stringify(planted));
  return test;
}

const config = clientConfigSchema.parse({
  apiUrl: 'https://photos.example.org/',
  region: 'eu-central-1',
  userPoolId: 'eu-central-1_abcdef',
  clientId: 'public-client-id',
  domain: 'https://login.example.org',
  callbackPorts: [4_000],
  clientSecret: planted.clientSecret,
});

function sources(test: TestQueue, more: Partial<DiagnosisSources> = {}): DiagnosisSources {
  const { database, queue, pages } = test;
  return {
    app: { version: '0.1.0', electron: '45.4.1', platform: 'linux' },
    userDataDir: plantedFolder(),
    home: planted.home,
    login: 'adalovelace',
    host: planted.computer,
    settings: defaultSettings,
    config,
    auth: { kind: 'signedIn', user: own, offline: false, others: [{ user: other, live: false }] },
    engineStatus: { kind: 'running' },
    engine: () =>
      diagnose(
        { db: database.db, queue, recovered: false, owners: pages.owners(), tallies: pages.tallies },
        owner,
      ),
    now: new Date(0),
    ...more,
  };
}

describe('a diagnosis', () => {
  it('holds none of what was planted in logs, database, profile and configuration', async () => {
    const text = await diagnosisText(sources(plantedQueue()));
    const lower = text.toLowerCase();
    const found = Object.entries(planted).filter(([, secret]) => lower.includes(secret.toLowerCase()));
    expect(found).toEqual([]);
    // Nor a part of one that is still of use.
    for (const part of ['X-Amz', 'wJalrXUtn', 'IQoJb3JpZ2lu', 'wedding', 'Lovelace', '48.85', '2.294'])
      expect(text).not.toContain(part);
  });

  it('finds what it is to look for: the same search finds all of it where nothing is left out', () => {
    const folder = plantedFolder();
    const { database } = plantedQueue();
    const all = [
      ...['logs/main.log', 'logs/engine.log', 'profile.json'].map((file) =>
        fs.readFileSync(path.join(folder, file), 'utf8'),
      ),
      JSON.stringify(database.db.prepare('SELECT * FROM photo').all()),
      JSON.stringify(database.db.prepare('SELECT * FROM attempt').all()),
      JSON.stringify(config),
      planted.ownName,
    ].join('\n');
    expect(Object.values(planted).filter((secret) => !all.includes(secret))).toEqual([]);
  });

  it('tells whoever helps what they need', async () => {
    const report = JSON.parse(await diagnosisText(sources(plantedQueue()))) as Record<string, unknown>;
    expect(report).toMatchObject({
      app: { version: '0.1.0', electron: '45.4.1' },
      settings: { theme: 'system', transfers: 'auto' },
      config: {
        api: 'https://photos.example.org',
        signIn: 'https://login.example.org',
        confidential: true,
        region: 'eu-central-1',
      },
      signIn: { kind: 'signedIn' },
      engine: {
        status: { kind: 'running' },
        database: { check: 'ok', recovered: false },
        otherOwners: { count: 1, unfinished: 1 },
        tallies: { all: { count: 3 }, attention: { count: 1 } },
        reasons: {
          'blocked inspecting forbidden': 1,
          'waiting inspecting network': 1,
          'waiting checking ready': 1,
        },
        troubles: [
          {
            id: 2,
            contentType: 'image/jpeg',
            attempts: [
              {
                step: 'inspecting',
                outcome: { kind: 'blocked', reason: 'forbidden' },
                status: 403,
                requestId: '4442587FB7D0A2F9',
                host: 'store.example',
              },
            ],
          },
          { id: 3, attempts: [{ outcome: { kind: 'waits', reason: 'network' } }] },
        ],
      },
      logs: {
        main: expect.arrayContaining([expect.objectContaining({ event: 'engine.died', code: 139 })]),
        engine: expect.arrayContaining([
          expect.objectContaining({ kind: 'server', detail: 'store 503 SlowDown' }),
        ]),
      },
    });
  });

  it('is there although the engine is not, and although nobody is signed in', async () => {
    const text = await diagnosisText({
      ...sources(plantedQueue()),
      userDataDir: tempDir(),
      config: null,
      auth: { kind: 'unconfigured', problem: { code: 'config_missing' } },
      engineStatus: { kind: 'failed', problem: { code: 'database_damaged' } },
      engine: () => Promise.reject(new ProblemError({ code: 'engine_failed' })),
    });
    expect(JSON.parse(text)).toMatchObject({
      config: null,
      signIn: { kind: 'unconfigured', problem: { code: 'config_missing' } },
      engine: { status: { kind: 'failed' }, problem: { code: 'engine_failed' } },
      logs: { main: [], engine: [] },
    });
  });

  it.each(Object.entries(diagnosisSql))('walks the rows of a state alone: %s', (_name, sql) => {
    const plan = openQueue()
      .database.db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all({ owner, status: 'blocked', after: 0 })
      .map(({ detail }) => detail);
    expect(plan[0]).toMatch(/^SEARCH photo USING INDEX photo_status/);
    expect(plan.join('\n')).not.toMatch(/SCAN|TEMP B-TREE/);
  });
});
