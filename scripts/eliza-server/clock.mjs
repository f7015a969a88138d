// A clock that can be moved: GET /?offsetMs=N on CLOCK_PORT sets every Date N ms ahead.
// Loaded before the server: node --import ./clock.mjs server.mjs
import { createServer } from 'node:http';

const TrueDate = globalThis.Date;
let offset = 0;

globalThis.Date = class Date extends TrueDate {
  constructor(...parts) {
    if (parts.length === 0) super(TrueDate.now() + offset);
    else super(...parts);
  }

  static now() {
    return TrueDate.now() + offset;
  }
};

createServer((request, response) => {
  offset = Number(new URL(request.url, 'http://clock').searchParams.get('offsetMs') ?? 0);
  response.end(String(offset));
}).listen(Number(process.env.CLOCK_PORT), '127.0.0.1').unref();
