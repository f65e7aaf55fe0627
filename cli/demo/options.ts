/** Where the demo lives and what it listens on. Nothing of it is shared with a control plane of real stores. */
export type DemoOptions = {
  /** Folder of everything that the demo makes; absolute. */
  home: string;
  /** Port of the control plane's API. */
  port: number;
  sandboxPort: number;
  /** Ports for the store, as LAPAK_PORT_RANGE takes them. */
  portRange: string;
};

export const DEMO_STORE = 'warung-demo';
export const DEMO_STORE_NAME = 'Warung Demo';

export const apiUrlOf = ({ port }: DemoOptions) => `http://127.0.0.1:${port}`;
export const sandboxUrlOf = ({ sandboxPort }: DemoOptions) => `http://127.0.0.1:${sandboxPort}`;
