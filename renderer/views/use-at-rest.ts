import { useEffect, useState } from 'react';

/** Whether this value has been the same for a while; the first one has. */
export function useAtRest(value: unknown, afterMs: number): boolean {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => {
      setRested(value);
    }, afterMs);
    return () => {
      clearTimeout(timer);
    };
  }, [value, afterMs]);
  return rested === value;
}
