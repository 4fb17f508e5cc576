/**
 * Takes out of a text what is nobody's business who helps: tokens, places, people.
 *
 * [Note: Left out twice] What is put together for a diagnosis is chosen field by field, and nothing secret is among the
 * fields. All of it goes through here all the same: a log line, an error of a library or the name of a folder may hold
 * what nobody thought of. What is taken out leaves a mark, so that it can be seen that there was something.
 */
export interface Known {
  /** The person's home folder. */
  home: string;
  /** Names, addresses and ids of people, each with the mark that stands for it. */
  people: readonly { words: readonly string[]; mark: string }[];
}

export interface Redactor {
  text(text: string): string;
  /** Every string in it, however deep; what stands under a telling name goes whole. */
  value(value: unknown): unknown;
}

const gone = '‹left out›';

/** Names of fields whose values are left out whatever they are. */
const tellingName =
  /token|secret|passw|authori[sz]ation|cookie|verifier|signature|credential|nonce|^state$|gps|^lat$|^lng$|^lon$|latitude|longitude|e-?mail|^user(name)?$/i;

const number = String.raw`[-+]?\d{1,3}[.,]\d{3,}`;
const patterns: readonly [RegExp, string][] = [
  // Who signs in to a server by its address, and everything behind the path: signatures, codes, tokens.
  [/\b([a-z][a-z\d+.-]*:\/\/)[^\s/@"']+@/gi, '$1'],
  [/\b([a-z][a-z\d+.-]*:\/\/[^\s"'<>?#]*)[?#][^\s"'<>]*/gi, '$1?…'],
  [/\bX-Amz-[\w-]+\s*[=:]\s*[^\s&"']+/gi, gone],
  [/\b(Bearer|Basic|Negotiate|NTLM)\s+[\w+/.~=-]+/gi, `$1 ${gone}`],
  // JOSE, signed or encrypted.
  [/\beyJ[\w-]*(\.[\w-]*){1,4}/g, gone],
  [/\b(AKIA|ASIA)[A-Z\d]{8,}/g, gone],
  [
    /\b([\w-]*(?:token|secret\w*|passw\w*|authori[sz]ation|cookie|verifier|signature|credential|nonce))(["']?\s*[:=]\s*["']?)[^\s"'&,;}]+/gi,
    `$1$2${gone}`,
  ],
  [/\b(code|state)=[^\s"'&,;}]+/gi, `$1=${gone}`],
  [/[\w.+-]+@[\w-]+(\.[\w-]+)+/g, '‹e-mail›'],
  // Places: decimal, by name, in degrees, and as ISO 6709 writes them.
  [
    new RegExp(
      String.raw`${number}(?:\s*°)?(?:\s*[NS]\b)?\s*[,;/ ]\s*${number}(?:\s*°)?(?:\s*[EWO]\b)?`,
      'g',
    ),
    '‹place›',
  ],
  [new RegExp(String.raw`[-+]\d{2,4}\.\d+[-+]\d{3,5}\.\d+([-+]\d+(\.\d+)?)?/?`, 'g'), '‹place›'],
  [/\b(gps\w*|lat|latitude|lng|lon|longitude)(["']?\s*[:=]\s*["']?)[-+]?[\d.,°'" ]+/gi, '$1$2‹place›'],
  [/\d{1,3}\s*(°|deg)\s*\d{1,2}\s*['′]\s*[\d.]+\s*(["″]|'')\s*[NSEWO]?/gi, '‹place›'],
  // Other people's folders.
  [/(\/(?:home|Users|media|run\/media)\/)[^/\s"']+/g, '$1‹somebody›'],
  [/([A-Za-z]:\\{1,2}Users\\{1,2})[^\\\s"']+/g, '$1‹somebody›'],
  // What is that long is a key, a hash, an id or a token of a kind that nobody thought of.
  [/[\w+=-]{32,}/g, '‹long value›'],
  // The same with slashes: a path begins with one.
  [/(?<![\w+/=~-])(?!\/)[\w+/=-]{40,}/g, '‹long value›'],
  [/[\w+/=-]{80,}/g, '‹long value›'],
];

export function createRedactor({ home, people }: Known): Redactor {
  const words = people
    .flatMap(({ words: some, mark }) => some.map((word) => ({ word, mark })))
    .filter(({ word }) => word.length > 1)
    // The longest first: an address holds a name.
    .toSorted((a, b) => b.word.length - a.word.length)
    .map(({ word, mark }) => [wholeWord(word), mark] as const);
  const homes = home.length > 1 ? [home, home.replaceAll('\\', '\\\\')] : [];
  const text = (given: string): string => {
    let left = given;
    for (const place of homes) left = left.replaceAll(place, '~');
    for (const [pattern, mark] of words) left = left.replace(pattern, mark);
    for (const [pattern, mark] of patterns) left = left.replace(pattern, mark);
    return left;
  };
  const value = (given: unknown): unknown => {
    if (typeof given === 'string') return text(given);
    if (Array.isArray(given)) return given.map(value);
    if (typeof given !== 'object' || given === null) return given;
    return Object.fromEntries(
      Object.entries(given).map(([name, inner]) => [
        text(name),
        // That something is there, or not, is no secret.
        tellingName.test(name) && inner !== null && typeof inner !== 'boolean' ? gone : value(inner),
      ]),
    );
  };
  return { text, value };
}

/** Not inside of another word: a person may be called Art. */
function wholeWord(word: string): RegExp {
  const escaped = word.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
  return new RegExp(String.raw`(?<![\p{L}\p{N}])${escaped}(?![\p{L}\p{N}])`, 'giu');
}
