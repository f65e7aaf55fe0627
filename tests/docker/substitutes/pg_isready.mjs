#!/usr/local/bin/node
// `pg_isready -U <user> -h <host>`: 0 when the server asks for a password, 1 when it refuses, 2 when nobody answers.
import { connect } from 'node:net';

const after = (flag) => process.argv[process.argv.indexOf(flag) + 1];
const words = Buffer.from(`user\0${after('-U')}\0database\0${after('-U')}\0\0`);
const head = Buffer.alloc(8);
head.writeInt32BE(head.length + words.length, 0);
head.writeInt32BE(196_608, 4);

const socket = connect(5432, after('-h'), () => socket.write(Buffer.concat([head, words])));
socket.setTimeout(3000, () => process.exit(2));
socket.on('error', () => process.exit(2));
socket.on('data', (answer) => process.exit(answer[0] === 'R'.charCodeAt(0) ? 0 : 1));
