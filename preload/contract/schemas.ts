/** Schemas of every call's arguments; only main parses with them, so preload stays small. */
import { z } from 'zod';
import type { CallName, Calls } from './api.ts';
import { filters, selectionActions, sorts } from './model.ts';
import {
  languageChoices,
  maxTimetable,
  maxTransfers,
  minBytesPerSecond,
  themes,
  type Settings,
} from './settings.ts';
import { minutesPerDay } from './timetable.ts';

const id = z.number().int().positive();
const ids = z.array(id).max(100_000);
const none = z.tuple([]);
/** Four times what a screen of 8K can come to. */
const maxPastedBytes = 512 * 1024 * 1024;
const sub = z.tuple([z.string().min(1).max(256)]);
const viewShape = {
  filter: z.enum(filters),
  sort: z.enum(sorts),
  descending: z.boolean().default(false),
  search: z.string().max(200).default(''),
};

const bytesPerSecond = z.number().int().min(minBytesPerSecond).max(Number.MAX_SAFE_INTEGER).nullable();
const minute = z
  .number()
  .int()
  .min(0)
  .max(minutesPerDay - 1);

/** Each setting by itself, as the window may change it and as main reads it from its file. */
export const settingsShape = {
  theme: z.enum(themes),
  language: z.enum(languageChoices),
  bytesPerSecond,
  timetable: z
    .array(
      z.object({
        days: z.array(z.number().int().min(1).max(7)).min(1).max(7),
        from: minute,
        to: minute,
        bytesPerSecond,
      }),
    )
    .max(maxTimetable),
  transfers: z.union([z.literal('auto'), z.number().int().min(1).max(maxTransfers)]),
  startAtLogin: z.boolean(),
  keepInTray: z.boolean(),
  keepAwake: z.boolean(),
  pauseOnBattery: z.boolean(),
  notifications: z.boolean(),
  askBeforeQuit: z.boolean(),
} satisfies { [K in keyof Settings]: z.ZodType<Settings[K]> };

/** Any of them. None may be there and be undefined, which the types of this project tell apart. */
const settingsChange = z.strictObject(
  Object.fromEntries(Object.entries(settingsShape).map(([name, schema]) => [name, z.exactOptional(schema)])),
) as unknown as z.ZodType<Partial<Settings>>;

export const callSchemas = {
  'app.info': none,
  'app.commands': none,
  'app.data': none,
  'app.showData': none,
  'app.licences': none,
  'app.visible': z.tuple([z.boolean()]),
  'app.copyText': z.tuple([z.string().min(1).max(20_000)]),
  'app.saveDiagnostics': none,
  'intake.saveReport': none,
  'config.connect': z.tuple([z.string().min(1).max(2048)]),
  'auth.state': none,
  'auth.signIn': none,
  'auth.openAgain': none,
  'auth.copyLink': none,
  'auth.cancel': none,
  'auth.addAccount': none,
  'auth.switchTo': sub,
  'auth.signOut': none,
  'auth.signOutAndRemove': none,
  'auth.removeAccount': sub,
  'intake.choose': z.tuple([z.enum(['files', 'folder'])]),
  'queue.locate': z.tuple([z.number().int().positive(), z.enum(['file', 'folder'])]),
  'engine.status': none,
  'proxy.question': none,
  // RFC 7617, section 2: a user-id has no colon.
  'proxy.answer': z.tuple([
    z
      .string()
      .min(1)
      .max(1024)
      .regex(/^[^:\p{Cc}]*$/u),
    z
      .string()
      .max(1024)
      .regex(/^\P{Cc}*$/u),
  ]),
  'intake.add': z.tuple([z.array(z.string().min(1).max(32_768)).min(1).max(100_000)]),
  'intake.paste': z.tuple([z.instanceof(Uint8Array).refine(({ length }) => length <= maxPastedBytes)]),
  'intake.report': none,
  'queue.page': z.tuple([
    z.object({
      ...viewShape,
      offset: z.number().int().min(0),
      limit: z.number().int().min(1).max(500),
    }),
  ]),
  'queue.summary': none,
  'queue.traffic': none,
  'queue.details': z.tuple([id]),
  'queue.reveal': z.tuple([id]),
  'queue.owners': none,
  'queue.select': z.tuple([
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('none') }),
      z.object({ kind: z.literal('one'), id, toggle: z.boolean() }),
      z.object({ kind: z.literal('range'), view: z.object(viewShape), from: id, to: id, add: z.boolean() }),
      z.object({ kind: z.literal('all'), view: z.object(viewShape) }),
    ]),
  ]),
  'queue.selection': none,
  'queue.act': z.tuple([z.enum(selectionActions)]),
  'queue.pause': none,
  'queue.resume': none,
  'queue.retry': z.tuple([ids]),
  'queue.uploadAnyway': z.tuple([ids]),
  'queue.remove': z.tuple([ids]),
  'queue.archive': none,
  'queue.cancelAll': none,
  'queue.hold': z.tuple([ids]),
  'queue.release': z.tuple([ids]),
  'queue.prioritise': z.tuple([ids]),
  'settings.get': none,
  'settings.change': z.tuple([settingsChange]),
} satisfies { [K in CallName]: z.ZodType<Parameters<Calls[K]>> };
