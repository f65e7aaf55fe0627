/** The updates that are measured, as Telegram posts them. */
export type Kind = {
  name: string;
  /** Calls to Telegram that answer one. */
  answers: number;
  body(): string;
};

const CHAT = '{"id":@USER@,"type":"private","first_name":"Budi"}';

/** `@N@` is the id of the update, `@USER@` a person of the seeded shop; the name is the one that is known of them. */
const FROM = '{"id":@USER@,"is_bot":false,"first_name":"Budi","username":"budi"}';

const message = (text: string, entities = '') => {
  const date = Math.floor(Date.now() / 1000);
  return `{"update_id":@N@,"message":{"message_id":@N@,"date":${date},"chat":${CHAT},"from":${FROM},"text":"${text}"${entities}}}`;
};

const pressed = (data: string) => {
  const date = Math.floor(Date.now() / 1000);
  const under = `{"message_id":@N@,"date":${date},"chat":${CHAT},"text":"Akun Premium"}`;
  return `{"update_id":@N@,"callback_query":{"id":"@N@","from":${FROM},"chat_instance":"1","data":"${data}","message":${under}}}`;
};

export const KINDS: readonly Kind[] = [
  {
    name: '/start',
    answers: 2,
    body: () => message('/start', ',"entities":[{"type":"bot_command","offset":0,"length":6}]'),
  },
  { name: 'product list', answers: 1, body: () => message('🛍 Semua Produk') },
  { name: 'add to cart', answers: 2, body: () => pressed('cart:add:1:1') },
];
