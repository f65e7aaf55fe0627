import { useCallback, useState } from 'react';

/** Which bot and whose phones the page shows; it is in the address, so that a link shows the same. */
export type Address = { bot?: number | undefined; left?: number | undefined; right?: number | undefined };

function read(): Address {
  const search = new URLSearchParams(window.location.search);
  const id = (name: string) => Number(search.get(name)) || undefined;
  return { bot: id('bot'), left: id('left'), right: id('right') };
}

export function useAddress(): [Address, (change: Address) => void] {
  const [address, setAddress] = useState(read);
  const change = useCallback((part: Address) => {
    setAddress((before) => {
      const next = { ...before, ...part };
      const search = new URLSearchParams();
      for (const [name, id] of Object.entries(next)) if (id !== undefined) search.set(name, String(id));
      window.history.replaceState(null, '', `?${search}`);
      return next;
    });
  }, []);
  return [address, change];
}
