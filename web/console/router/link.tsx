import { type ReactNode, useContext } from 'react';
import { Link as Base } from 'wouter';
import { addressOf, type Target } from './address.ts';
import { ScreenLoading } from './loading.ts';

type Looks = {
  className?: string;
  children?: ReactNode;
  'aria-current'?: 'page' | undefined;
};

/** A link to a screen by its address below /console; the chunk of the screen is loaded once it is pointed at. */
export function AddressLink({ address, ...looks }: Looks & { address: string }) {
  const { preload } = useContext(ScreenLoading);
  const onWanted = () => preload(address);
  return <Base {...looks} href={address} onMouseEnter={onWanted} onFocus={onWanted} onTouchStart={onWanted} />;
}

/** A link to a screen. */
export function Link({ className, children, 'aria-current': current, ...target }: Looks & Target) {
  return (
    <AddressLink address={addressOf(target)} className={className} aria-current={current}>
      {children}
    </AddressLink>
  );
}
