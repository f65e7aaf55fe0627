import { Menu } from '@base-ui/react/menu';
import { buttonClass } from '../../ui/parts.tsx';

export type MenuItem = { name: string; danger?: boolean; run(): void };

/** Actions behind one button. */
export function ActionMenu({ label, items }: { label: string; items: readonly MenuItem[] }) {
  return (
    <Menu.Root>
      <Menu.Trigger className={buttonClass()}>
        {label}
        <span aria-hidden="true">▾</span>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="end" className="z-30">
          <Menu.Popup className="panel min-w-48 p-1 shadow-lg outline-none">
            {items.map(({ name, danger, run }) => (
              <Menu.Item
                key={name}
                onClick={run}
                className={`flex min-h-8 cursor-pointer items-center rounded px-2 outline-none data-[highlighted]:bg-raised ${danger ? 'text-danger' : ''}`}
              >
                {name}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
