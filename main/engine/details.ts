/** What one row has to tell beyond what its line shows, and where its file is. */
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import type { PhotoDetails, TakenSource } from '../../preload/contract/model.ts';
import { decodePath, displayPath } from '../lib/path-text.ts';
import { ProblemError } from '../lib/rpc.ts';
import type { Sqlite } from '../queue/database.ts';
import type { Attempts } from '../queue/attempts.ts';
import type { Pages, RowMarks } from '../queue/pages.ts';

/** Exported so that a test can EXPLAIN them. */
export const detailsSql = {
  more: `SELECT path, camera, taken_source AS takenSource, lower(hex(sha256)) AS sha256 FROM photo
    WHERE id = @id AND owner = @owner
    UNION ALL SELECT path, camera, taken_source, lower(hex(sha256)) FROM history WHERE id = @id AND owner = @owner`,
  same: `SELECT path FROM photo
    WHERE owner = @owner AND sha256 = coalesce(
      (SELECT sha256 FROM photo AS this WHERE this.id = @id), (SELECT sha256 FROM history AS this WHERE this.id = @id)) AND id <> @id
    ORDER BY id LIMIT 5`,
} as const;

interface More {
  path: string;
  camera: string | null;
  takenSource: TakenSource | null;
  sha256: string;
}

export interface Details {
  /** Null when the row is gone, or somebody else's. */
  of(owner: string, id: number, marks: RowMarks): PhotoDetails | null;
  /**
   * The file's place for the file manager, which only takes text: of a name that is none, the folder.
   *
   * @throws ProblemError `file_not_found` when it is not there.
   */
  place(owner: string, id: number): Promise<string>;
}

export function createDetails(
  db: Sqlite,
  pages: Pick<Pages, 'rows'>,
  attempts: Pick<Attempts, 'of'>,
): Details {
  const more = db.prepare<{ owner: string; id: number }, More>(detailsSql.more);
  const same = db.prepare<{ owner: string; id: number }, string>(detailsSql.same).pluck();
  return {
    of: (owner, id, marks) => {
      const [row] = pages.rows(owner, [id], marks);
      const found = more.get({ owner, id });
      if (row === undefined || found === undefined) return null;
      const { camera, takenSource, sha256 } = found;
      const copies = same.all({ owner, id }).map(displayPath);
      return {
        row,
        camera,
        takenSource,
        sha256: sha256 === '' ? null : sha256,
        sameContent: copies,
        attempts: attempts.of(id),
      };
    },
    place: async (owner, id) => {
      const found = more.get({ owner, id });
      if (found === undefined) throw new ProblemError({ code: 'bad_request', detail: 'no such row' });
      const place = decodePath(found.path);
      try {
        await lstat(place);
      } catch {
        throw new ProblemError({ code: 'file_not_found' });
      }
      return textOf(place);
    },
  };
}

/** The path, or the nearest folder above it whose path is UTF-8. */
function textOf(place: string | Buffer): string {
  if (typeof place === 'string') return place;
  let end = place.length;
  for (;;) {
    const part = place.subarray(0, end);
    const text = part.toString('utf8');
    if (Buffer.from(text, 'utf8').equals(part)) return text === '' ? path.sep : text;
    end = Math.max(0, part.lastIndexOf('/'));
  }
}
