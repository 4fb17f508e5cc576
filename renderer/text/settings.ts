/** Bytes per second that are offered: none, 20, 5 and 1 Mbit/s, and what is chosen already. */
export function speedChoices(chosen: number | null): (number | null)[] {
  const usual = [null, 2_500_000, 625_000, 125_000];
  return usual.includes(chosen) ? usual : [...usual, chosen];
}
