/** A line-per-event log: JSON, on standard error and in one file that is rotated by size. */
import fs from 'node:fs';
import path from 'node:path';

/** Only plain values, so that nobody hands over an error object or a request with a token in it. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;
export type Log = (event: string, fields?: LogFields) => void;

const maxBytes = 4 * 1024 * 1024;

/**
 * @param file where to append; the file before it is kept as `<file>.1`. Without it only standard error is written.
 * A log that cannot be written never stops the app: the line still goes to standard error.
 */
export function createLog(source: string, file?: string): Log {
  return (event, fields = {}) => {
    const line = `${JSON.stringify({ at: new Date().toISOString(), source, event, ...fields })}\n`;
    process.stderr.write(line);
    if (file === undefined) return;
    try {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      if ((fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0) > maxBytes)
        fs.renameSync(file, `${file}.1`);
      fs.appendFileSync(file, line, { mode: 0o600 });
    } catch (error) {
      process.stderr.write(`log file: ${errorCode(error)}\n`);
    }
  };
}

/** The system's or the library's code of an error (`ENOENT`, `SQLITE_FULL`, …), else its class name: safe to log. */
export function errorCode(error: unknown): string {
  if (error instanceof Error)
    return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return typeof error;
}
