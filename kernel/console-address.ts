const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** What keeps an address from being that of the console; undefined when nothing does. */
export function consoleAddressFault(address: string): string | undefined {
  if (!URL.canParse(address)) return 'an address such as https://console.example.com';
  const { protocol, hostname, username, password, pathname } = new URL(address);
  if (!/^https?:$/.test(protocol)) return 'an address such as https://console.example.com';
  if (username !== '' || password !== '') return 'an address without user name and password';
  if (pathname !== '/' || /[?#]/.test(address)) return 'an address without a path, a query or a fragment';
  if (protocol === 'http:' && !LOOPBACK.test(hostname)) {
    return 'an address that begins with https://, unless it is one of this machine';
  }
  return undefined;
}
