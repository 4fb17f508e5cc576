/** A choice of how the window looks, kept on this computer. */
import { useState } from 'react';

/** One of `choices`, remembered under `name`; the first of them until somebody chose. */
export function useKept<T extends string>(
  name: string,
  choices: readonly [T, ...T[]],
): [T, (choice: T) => void] {
  const [choice, setChoice] = useState<T>(() => {
    const kept = localStorage.getItem(name);
    return choices.find((known) => known === kept) ?? choices[0];
  });
  return [
    choice,
    (next) => {
      localStorage.setItem(name, next);
      setChoice(next);
    },
  ];
}
