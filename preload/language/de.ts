/** The German catalogue. */
import { format } from './de/formats.ts';
import { dialog } from './de/main.ts';
import { selection, summary } from './de/queue.ts';
import type { Translation } from './messages.ts';

export const de: Translation = { dialog, format, selection, summary };
