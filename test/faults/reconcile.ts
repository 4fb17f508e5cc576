/**
 * Compares what was promised with what is there: the queue's rows, the library's records and bytes, the disk.
 *
 * [Note: What a run must leave] Every photo that was once accepted has its row. A row that says done names a content
 * that its file really held; that content lies in the store once, whole, and is on record once. Any other row has a
 * reason that the file itself gives. No multipart upload is open that the queue does not remember.
 */
import type { StoredObject } from '../e2e/stored.ts';
import type { Album } from './album.ts';
import type { Autopsy, QueueRow } from './autopsy.ts';
import type { OpenUpload, StoredRecord } from './library.ts';

export interface Evidence {
  album: Pick<Album, 'held' | 'now'>;
  /** Every row that was ever seen in the queue: id → path. */
  accepted: ReadonlyMap<number, string>;
  queue: Autopsy;
  objects: readonly StoredObject[];
  records: readonly StoredRecord[];
  openUploads: readonly OpenUpload[];
}

export interface Verdict {
  accepted: number;
  /** Rows that are done, and rightly so. */
  stored: number;
  lost: number;
  duplicated: number;
  torn: number;
  orphans: number;
  /** A sentence for each thing that is wrong. */
  findings: string[];
}

type Count = 'lost' | 'duplicated' | 'torn' | 'orphans';

export function reconcile(evidence: Evidence): Verdict {
  const { accepted, queue } = evidence;
  const verdict: Verdict = {
    accepted: accepted.size,
    stored: 0,
    lost: 0,
    duplicated: 0,
    torn: 0,
    orphans: 0,
    findings: [],
  };
  const find = (what: string, count?: Count): void => {
    verdict.findings.push(what);
    if (count !== undefined) verdict[count]++;
  };
  const rows = new Map(queue.rows.map((row) => [row.id, row]));
  for (const line of queue.damage) find(`the queue's database is damaged: ${line}`);
  for (const [id, file] of accepted) if (!rows.has(id)) find(`${file} was accepted and has no row`, 'lost');
  for (const row of queue.rows) {
    const wrong = row.status === 'done' ? wrongWithDone(row, evidence) : wrongWithUndone(row, evidence);
    if (wrong !== null) find(wrong.what, wrong.count);
    else if (row.status === 'done') verdict.stored++;
  }
  judgeObjects(evidence, find);
  judgeTwice(evidence, find);
  for (const { key, uploadId } of evidence.openUploads) {
    if (!queue.uploadIds.has(uploadId))
      find(`an upload to ${key} is open and nobody remembers it`, 'orphans');
  }
  return verdict;
}

type Find = (what: string, count?: Count) => void;
type Wrong = { what: string; count?: Count } | null;

function wrongWithDone(row: QueueRow, { album, objects, records }: Evidence): Wrong {
  if (row.sha256 === null || !album.held.has(row.sha256)) {
    return { what: `${row.path} is done with a content that no file ever held`, count: 'torn' };
  }
  const object = objects.find(({ sha256 }) => sha256 === row.sha256);
  if (object === undefined)
    return { what: `${row.path} is done and its content is not stored`, count: 'lost' };
  if (!records.some(({ sha256 }) => sha256 === row.sha256)) {
    return { what: `${row.path} is done and its content is not on record`, count: 'lost' };
  }
  return object.size === row.size
    ? null
    : {
        what: `${row.path} is done with ${row.size} bytes, of which ${object.size} are stored`,
        count: 'torn',
      };
}

function wrongWithUndone(row: QueueRow, { album }: Evidence): Wrong {
  if (row.status === 'blocked' && isReasonOfFile(row.reason, album.now(row.path)?.size ?? null)) return null;
  const why = [row.status, row.step, row.reason, row.lastError].filter(
    (text) => text !== null && text !== '',
  );
  return { what: `${row.path} is not done: ${why.join(' · ')}` };
}

/** Whether what lies at the path is why its row needs a person. */
export function isReasonOfFile(reason: string, size: number | null): boolean {
  if (size === null) return reason === 'missing';
  return size === 0 && reason === 'empty_file';
}

function judgeObjects({ objects, records }: Evidence, find: Find): void {
  for (const { key, sha256 } of objects) {
    if (!key.includes(`/${sha256}.`)) find(`${key} holds something else`, 'torn');
  }
  for (const { sha256, size } of records) {
    const object = objects.find((candidate) => candidate.sha256 === sha256);
    if (object === undefined) find(`${sha256} is on record and not stored`, 'lost');
    else if (object.size !== size)
      find(`${sha256} is on record with ${size} bytes, not ${object.size}`, 'torn');
  }
}

function judgeTwice({ queue, objects, records }: Evidence, find: Find): void {
  for (const sha256 of repeated(objects.map((object) => object.sha256)))
    find(`${sha256} is stored more than once`, 'duplicated');
  for (const sha256 of repeated(records.map((record) => record.sha256)))
    find(`${sha256} is on record more than once`, 'duplicated');
  for (const file of repeated(queue.rows.map((row) => `${row.owner} ${row.path}`)))
    find(`${file} has more than one row`, 'duplicated');
  for (const status of ['waiting', 'active', 'done', 'blocked'] as const) {
    const real = queue.rows.filter((row) => row.status === status).length;
    const counted = queue.counted.get(status) ?? 0;
    if (counted !== real)
      find(`${counted} rows are counted as ${status} where there are ${real}`, 'duplicated');
  }
}

/** What occurs more than once, each once. */
function repeated(values: readonly string[]): Set<string> {
  return new Set(values.filter((value, index) => values.indexOf(value) !== index));
}
