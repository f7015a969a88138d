// A clock that can be moved: GET /?offsetMs=N on CLOCK_PORT makes every Date be N ms ahead.
// Loaded before the server: node --import ./clock.mjs server.mjs
import { createServer } from 'node:http';

const TrueDate = globalThis.Date;
let ahead = 0;

globalThis.Date = class Date extends TrueDate {
  constructor(...parts) {
    if (parts.length === 0) super(TrueDate.now() + ahead);
    else super(...parts);
  }

  static now() {
    return TrueDate.now() + ahead;
  }
};

createServer((request, response) => {
  ahead = Number(new URL(request.url, 'http://clock').searchParams.get('offsetMs') ?? 0);
  response.end(String(ahead));
}).listen(Number(process.env.CLOCK_PORT), '127.0.0.1').unref();
