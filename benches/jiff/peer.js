'use strict';
// JIFF in the arrangement of its web-mpc demo: a server and an analyst are the compute parties, N
// input parties each give two shares of one number and leave, then the total is opened to the analyst.
//
//   node peer.js server  PACKAGE PORT          commands on standard input: bytes
//   node peer.js analyst PACKAGE PORT+1 N      commands on standard input: open
//   node peer.js parties PACKAGE PORT N CONCURRENT
//
// Each role speaks in lines of one word and a value. What JIFF itself prints is dropped.
const [role, jiffPackage, portText, ...sizes] = process.argv.slice(2);
const port = Number(portText);
const say = (word, value) => process.stdout.write(`${word} ${value}\n`);
console.log = () => {};
const { JIFFClient, JIFFServer } = require(jiffPackage);

const COMPUTATION = 'sum';
const ANALYST = 1;
const COMPUTE = [ANALYST, 's1'];
const INPUTS = 1000; // below this: no sum of 16,000 parties wraps modulo JIFF's prime of 24 bits

function onCommand(commands) {
  const lines = require('node:readline').createInterface({ input: process.stdin });
  lines.on('line', (line) => commands[line]());
  lines.on('close', () => process.exit(0));
}

// What both compute parties do once all inputs are in; party ids are given out from 2.
function openTotal(me, parties) {
  const inputs = Array.from({ length: parties }, (_, i) => me.share(null, 2, COMPUTE, [i + 2])[i + 2]);
  return me.open(inputs.reduce((sum, share) => sum.sadd(share)), [ANALYST]);
}

function connect(options, transports) {
  return new JIFFClient(`http://127.0.0.1:${port}`, COMPUTATION, {
    ...options,
    socketOptions: { forceNew: true, transports },
  });
}

function runServer() {
  const web = require('node:http').createServer((_, response) => response.writeHead(404).end());
  // Input parties come in here, the analyst at the next port, so that their bytes are told apart.
  let finished = 0;
  const alive = new Set();
  const size = (socket) => socket.bytesRead + socket.bytesWritten;
  const side = require('node:net').createServer((socket) => {
    socket.isAnalyst = true;
    web.emit('connection', socket);
  });
  web.on('connection', (socket) => {
    if (socket.isAnalyst) return;
    alive.add(socket);
    socket.on('close', () => {
      alive.delete(socket);
      finished += size(socket);
    });
  });
  const jiff = new JIFFServer(web, { logs: false, socketOptions: { pingInterval: 25000, pingTimeout: 60000 } });
  jiff.computationMaps.maxCount[COMPUTATION] = 100000;
  const me = jiff.compute(COMPUTATION, { crypto_provider: true });
  me.wait_for([ANALYST], () => {
    me.listen('open', (_, parties) => openTotal(me, Number(parties)));
    say('joined', '');
  });
  onCommand({ bytes: () => say('bytes', [...alive].reduce((sum, socket) => sum + size(socket), finished)) });
  side.listen(port + 1, '127.0.0.1', () => web.listen(port, '127.0.0.1', () => say('listening', port)));
}

function runAnalyst() {
  const me = connect({ crypto_provider: true, party_id: ANALYST }, ['websocket']);
  me.wait_for(['s1'], () => say('joined', ''));
  const parties = Number(sizes[0]);
  onCommand({
    open: () => {
      me.emit('open', ['s1'], String(parties));
      openTotal(me, parties).then((sum) => say('sum', sum));
    },
  });
}

async function runParties() {
  const [parties, concurrent] = sizes.map(Number);
  let left = parties;
  let sum = 0;
  const one = () => new Promise((done) => {
    const value = Math.floor(Math.random() * INPUTS);
    const party = connect({}, ['websocket']);
    party.wait_for(COMPUTE, () => {
      party.share(value, 2, COMPUTE, [party.id]);
      sum += value;
      party.disconnect(true, true, done);
    });
  });
  const several = async () => {
    while (left > 0) {
      left -= 1;
      await one();
    }
  };
  const start = process.hrtime.bigint();
  await Promise.all(Array.from({ length: concurrent }, several));
  say('seconds', Number(process.hrtime.bigint() - start) / 1e9);
  say('sum', sum);
  process.exit(0);
}

({ server: runServer, analyst: runAnalyst, parties: runParties })[role]();
