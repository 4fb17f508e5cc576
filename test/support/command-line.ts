/** What a measurement or a run of faults was called with. */
import { parseArgs } from 'node:util';

/**
 * The options of this process, each with a value. What it does not know ends it, with a sentence and the code 2.
 *
 * @param known by name what an option is when it is not given; undefined for one that may be missing.
 */
export function optionsOf<Known extends Record<string, string | undefined>>(
  known: Known,
): { [Name in keyof Known]: Known[Name] extends string ? string : string | undefined } {
  const names = Object.keys(known);
  try {
    const { values } = parseArgs({
      options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
    });
    return { ...known, ...values } as ReturnType<typeof optionsOf<Known>>;
  } catch (error) {
    // Its first sentence says which option; the others are about what nobody here uses.
    const [what] = (error as Error).message.split('. ');
    return refuse(`${what}. There are: ${names.map((name) => `--${name}`).join(', ')}, each with a value.`);
  }
}

/** A count given on the command line. */
export function countFrom(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  return refuse(`"${text}" is no count: give a whole number above 0.`);
}

/** Ends this process for what it was called with. */
export function refuse(why: string): never {
  console.error(why);
  process.exit(2);
}
