/** English: photos on their way in, and bytes on their way out. */

export const traffic = {
  label: 'Speed over the last {seconds, number} seconds: {now} now, {most} at most',
} as const;
