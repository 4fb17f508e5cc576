import { expect, test } from 'vitest';
import type { QueueRow } from './autopsy.ts';
import { isReasonOfFile, reconcile, type Evidence, type Verdict } from './reconcile.ts';

const one = '1'.repeat(64);
const two = '2'.repeat(64);
const size = 100;

function row(id: number, change: Partial<QueueRow> = {}): QueueRow {
  return {
    id,
    owner: 'ada',
    path: `/photos/${id}.jpg`,
    size,
    sha256: one,
    status: 'done',
    step: 'confirming',
    reason: '',
    objectKey: null,
    photoId: null,
    lastError: null,
    ...change,
  };
}

/** One photo that was accepted and has arrived, unless told otherwise. */
function evidence({
  rows = [row(1)],
  counted,
  uploadIds = [],
  ...change
}: Partial<Omit<Evidence, 'queue'>> & {
  rows?: QueueRow[];
  counted?: number;
  uploadIds?: string[];
} = {}): Evidence {
  const counts = new Map<string, number>();
  for (const { status } of rows) counts.set(status, (counts.get(status) ?? 0) + 1);
  if (counted !== undefined) counts.set('done', counted);
  return {
    album: { held: new Set([one, two]), now: () => ({ sha256: one, size }) },
    accepted: new Map(rows.map(({ id, path }) => [id, path])),
    queue: { rows, counted: counts, uploadIds: new Set(uploadIds), damage: [] },
    objects: [{ key: `users/ada/photos/${one}.jpg`, sha256: one, size }],
    records: [{ photoId: 'a', sha256: one, size }],
    openUploads: [],
    ...change,
  };
}

const clean = { lost: 0, duplicated: 0, torn: 0, orphans: 0 };
const judged = (change?: Parameters<typeof evidence>[0]): Verdict => reconcile(evidence(change));

test('a photo that has arrived is stored, and nothing is wrong', () => {
  expect(judged()).toEqual({ accepted: 1, stored: 1, ...clean, findings: [] });
});

test('two rows of one content are one object and one record', () => {
  expect(judged({ rows: [row(1), row(2)] })).toMatchObject({ stored: 2, ...clean, findings: [] });
});

test.each<[string, Parameters<typeof evidence>[0], Partial<Verdict>]>([
  ['a row that vanished', { accepted: new Map([[9, '/photos/9.jpg']]) }, { lost: 1 }],
  ['done without its bytes', { objects: [], records: [] }, { lost: 1, stored: 0 }],
  ['done without a record', { records: [] }, { lost: 1, stored: 0 }],
  [
    'a record without bytes',
    { records: [one, two].map((sha256) => ({ photoId: sha256, sha256, size })) },
    { lost: 1 },
  ],
  ['done with bytes that were never there', { rows: [row(1, { sha256: '3'.repeat(64) })] }, { torn: 1 }],
  ['done with another size', { rows: [row(1, { size: 99 })] }, { torn: 1 }],
  ['a record of another size', { records: [{ photoId: 'a', sha256: one, size: 99 }] }, { torn: 1 }],
  [
    'a key that holds something else',
    {
      objects: [
        { key: `users/ada/photos/${one}.jpg`, sha256: one, size },
        { key: `users/ada/photos/${two}.jpg`, sha256: '4'.repeat(64), size },
      ],
    },
    { torn: 1 },
  ],
  [
    'bytes under two keys',
    {
      objects: ['jpg', 'jpeg'].map((type) => ({ key: `users/ada/photos/${one}.${type}`, sha256: one, size })),
    },
    { duplicated: 1 },
  ],
  [
    'two records',
    { records: ['a', 'b'].map((photoId) => ({ photoId, sha256: one, size })) },
    { duplicated: 1 },
  ],
  ['two rows of one path', { rows: [row(1), row(2, { path: '/photos/1.jpg' })] }, { duplicated: 1 }],
  ['a row that is counted twice', { counted: 2 }, { duplicated: 1 }],
  ['an upload that nobody remembers', { openUploads: [{ key: 'k', uploadId: 'u' }] }, { orphans: 1 }],
])('%s is found', (_what, change, expected) => {
  const verdict = judged(change);
  expect(verdict).toMatchObject({ ...clean, ...expected });
  expect(verdict.findings).toHaveLength(1);
});

test('an upload that the queue remembers is no orphan', () => {
  expect(judged({ openUploads: [{ key: 'k', uploadId: 'u' }], uploadIds: ['u'] }).findings).toEqual([]);
});

test('a row that is not done needs a reason that its file gives', () => {
  const blocked = row(1, { status: 'blocked', step: 'sending', reason: 'forbidden', lastError: 'store 403' });
  expect(judged({ rows: [blocked] }).findings).toEqual([
    '/photos/1.jpg is not done: blocked · sending · forbidden · store 403',
  ]);
  const gone = { held: new Set<string>(), now: () => null };
  expect(judged({ rows: [row(1, { status: 'blocked', reason: 'missing' })], album: gone }).findings).toEqual(
    [],
  );
  expect(isReasonOfFile('missing', 5)).toBe(false);
  expect(isReasonOfFile('empty_file', 0)).toBe(true);
  expect(isReasonOfFile('empty_file', 5)).toBe(false);
});
