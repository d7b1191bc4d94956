// The real daemon over loopback: a web server with the feeds, a configuration, and `tributary serve`.

import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const patience = 60_000;

export async function listen(answer) {
    const server = createServer(answer);
    await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
    server.address_ = `127.0.0.1:${server.address().port}`;
    return server;
}

export async function eventually(what, found) {
    for (const end = Date.now() + patience; Date.now() < end;) {
        const result = await found();
        if (result) return result;
        await new Promise((wait) => setTimeout(wait, 50));
    }
    throw new Error(`it never came true that ${what}`);
}

/// Has the daemon read the documents ({name, type, body}), calls `look` with its address, ends it.
export async function withDaemon(program, documents, look) {
    const byPath = new Map(documents.map((document) => [`/${document.name}`, document]));
    const asked = new Set();
    const origin = await listen((request, response) => {
        const document = byPath.get(request.url);
        asked.add(request.url);
        response.writeHead(document ? 200 : 404, {'Content-Type': document?.type ?? 'text/plain'});
        response.end(document?.body);
    });
    const folder = mkdtempSync(join(tmpdir(), 'tributary-browser-'));
    const file = join(folder, 'tributary.toml');
    writeFileSync(file, configuration(folder, origin.address_, documents));
    const daemon = spawn(program, ['serve', '--config', file], {stdio: ['ignore', 'ignore', 'pipe']});
    try {
        const url = await addressOf(daemon);
        await eventually('every feed was read', () => asked.size === documents.length && allRead(url));
        return await look(url);
    } finally {
        const ended = new Promise((end) => daemon.once('exit', end));
        if (daemon.exitCode === null && daemon.kill('SIGTERM')) await ended;
        origin.closeAllConnections();
        origin.close();
        rmSync(folder, {recursive: true});
    }
}

function configuration(folder, origin, documents) {
    const sources = documents.map(({name}) => `[[source]]\nurl = "http://${origin}/${name}"\nname = "${name}"\n`);
    return `title = "Hostile"
base_url = "http://river.example"
[server]
listen = ["127.0.0.1:0"]
[poll]
interval = "1h"
host_spacing = "0s"
host_in_flight = 16
allow_private_networks = ["${origin}"]
[store]
path = "${folder}/state"
[output]
items = 1000
backfill = 1000
[dedup]
across_sources = "off"
[testing]
fast_clock = true
${sources.join('')}`;
}

function addressOf(daemon) {
    return new Promise((found, failed) => {
        let log = '';
        daemon.stderr.setEncoding('utf8').on('data', (text) => {
            log += text;
            const match = /listening on (127\.0\.0\.1:\d+)/.exec(log);
            if (match) found(`http://${match[1]}`);
        });
        daemon.once('exit', (code) => failed(new Error(`the daemon ended with ${code}: ${log}`)));
    });
}

/// Whether the page says that no source is still to be read, and nothing is published anew.
async function allRead(url) {
    const page = await text(`${url}/`);
    if (/>new<\/td>|No source has been read|No source is configured/.test(page)) return false;
    const feed = await text(`${url}/feed.json`);
    await new Promise((wait) => setTimeout(wait, 300));
    return await text(`${url}/`) === page && await text(`${url}/feed.json`) === feed;
}

export async function text(url) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    return response.text();
}
