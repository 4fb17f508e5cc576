/** The English catalogue, which also says what messages there are: see docs/decisions/0014-languages.md. */
import { format } from './en/formats.ts';
import { dialog } from './en/main.ts';
import { selection, summary } from './en/queue.ts';

export const en = { dialog, format, selection, summary } as const;
