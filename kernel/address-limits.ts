export type AddressLimits = {
  /** Takes a place for a request of an address. @returns what gives it back; undefined when the address has had its share */
  enter(address: string): (() => void) | undefined;
};

type Share = { atWork: number; tokens: number; at: number };

/** Addresses that are remembered: of a flood from more, the longest silent are forgotten. */
const MOST_ADDRESSES = 10_000;

/**
 * Requests that one address may have at work, and may begin: `burst` at once, refilled by `perSecond`. What one address
 * sends takes nothing from another.
 * @param now milliseconds of a clock that only goes forward
 */
export function createAddressLimits(
  { atWork, burst, perSecond }: { atWork: number; burst: number; perSecond: number },
  now: () => number = () => performance.now(),
): AddressLimits {
  const shares = new Map<string, Share>();

  function shareOf(address: string): Share {
    const at = now();
    const known = shares.get(address);
    const share = known ?? { atWork: 0, tokens: burst, at };
    share.tokens = Math.min(burst, share.tokens + ((at - share.at) / 1000) * perSecond);
    share.at = at;
    // The order of the map is that of their last request.
    shares.delete(address);
    shares.set(address, share);
    if (shares.size > MOST_ADDRESSES) shares.delete(shares.keys().next().value as string);
    return share;
  }

  return {
    enter(address) {
      const share = shareOf(address);
      if (share.atWork >= atWork || share.tokens < 1) return undefined;
      share.atWork += 1;
      share.tokens -= 1;
      let left = false;
      return () => {
        if (left) return;
        left = true;
        share.atWork -= 1;
      };
    },
  };
}
