// Puts every payload into every field of feeds of all formats, has the real daemon read and publish
// them, and shows what it publishes in Chromium: its own pages, the feeds as documents, and what they
// hold as a reader shows it that trusts every word. Nothing may run. The same payloads without the
// sanitizer must run, or the judge is asleep.
//
//     tests/browser/run [--payloads N] [--screenshot FILE] build/release/tributary

import {parseArgs} from 'node:util';

import {listen, text, withDaemon} from './daemon.mjs';
import {feedsOf} from './feeds.mjs';
import {arm, payloads, urls} from './payloads.mjs';
import {Reader} from './reader.mjs';

const atOnce = 6;   // payloads in one daemon: as many as its page has room for
const abreast = 2;  // daemons
const framesAtOnce = 40;
const leastRunning = 0.55;  // of the payloads in this browser: others are for readers and browsers long gone
const mostShown = 20;

const {values: options, positionals} = parseArgs({
    options: {payloads: {type: 'string'}, screenshot: {type: 'string'}, chromium: {type: 'string', default: '/usr/bin/chromium'}},
    allowPositionals: true,
});
const program = positionals[0] ?? 'build/release/tributary';
const tried = payloads.slice(0, options.payloads ? Number(options.payloads) : undefined);
const reader = await Reader.open(options.chromium);
const origins = [];  // by number: which payload in which field
let faults = 0;
let done = 0;

const told = new Set();

function fault(what, payload = '') {
    ++faults;
    const line = what + payload;
    if (told.size < mostShown && !told.has(line) && told.add(line)) console.log(`${what}\n  ${JSON.stringify(payload)}`);
}

function number(payload, field) {
    origins.push({payload, field});
    return origins.length - 1;
}

/// What ran since the last call is a fault.
function judgeHits(where) {
    for (const [id, how] of reader.hits) fault(`${where}: ${origins[id]?.field} ${how}`, origins[id]?.payload);
    reader.hits.clear();
}

// --- What a reader makes of a published document ------------------------------------------------------

const chunks = (list, size) => Array.from({length: Math.ceil(list.length / size)}, (_, at) => list.slice(at * size, (at + 1) * size));
const decoded = (xml) => xml.replace(/&(#x[0-9a-f]+|#\d+|lt|gt|quot|amp);/gi, (whole, name) =>
    ({lt: '<', gt: '>', quot: '"', amp: '&'})[name] ?? String.fromCodePoint(Number(name.replace('#', '').replace(/^x/i, '0x'))));
const matches = (body, expression) => [...body.matchAll(expression)].map((match) => match.slice(1));

/// RSS: titles, names and words are text, and yet many readers take them for HTML. Only what names
/// something (guid, dates, addresses) is never shown.
function htmlInRss(body) {
    const hidden = /^(guid|link|pubDate|url|comments|docs|ttl|(atom|wfw|slash|thr|georss|creativeCommons):\w+)$/;
    return matches(body, /<([\w:]+)(?:\s[^>]*)?>([^<]+)<\//g).filter(([name]) => !hidden.test(name)).map(([, text]) => decoded(text));
}

/// Atom says of each text what it is; what is text is shown as text.
const htmlInAtom = (body) => matches(body, /<\w+ type="html"[^>]*>([^<]+)<\//g).map(([text]) => decoded(text));
const htmlInJson = (body) => JSON.parse(body).items.flatMap((item) => item.content_html ?? []);

/// Of the elements themselves: text may hold what looks like an attribute.
function addressesInXml(body) {
    const tags = matches(body, /<[\w:]+((?:\s+[\w:]+="[^"]*")+)/g).map(([attributes]) => attributes).join('');
    return [
        ...matches(tags, /\s(?:href|url|uri|src|img|image|accountUrl)="([^"]*)"/g),
        ...matches(body, /<(?:link|uri|icon|logo|url|comments|wfw:commentRss|creativeCommons:license)>([^<]*)</g),
    ].map(([address]) => decoded(address));
}

function addressesInJson(body) {
    const found = [];
    const addresses = new Set(['url', 'external_url', 'image', 'avatar', 'icon', 'favicon', 'home_page_url', 'feed_url', 'next_url']);
    JSON.parse(body, (key, value) => {
        if (addresses.has(key) && typeof value === 'string') found.push(value);
        return value;
    });
    return found;
}

const formats = [
    {path: '/feed.json', html: htmlInJson, addresses: addressesInJson},
    {path: '/feed.rss', html: htmlInRss, addresses: addressesInXml},
    {path: '/feed.atom', html: htmlInAtom, addresses: addressesInXml},
];

function judgeAddresses(addresses, where) {
    for (const address of addresses) {
        // What begins so and is no URL all the same leads nowhere.
        const protocol = URL.canParse(address) ? new URL(address).protocol : address.split('//')[0];
        if (!/^(https?|mailto):$/.test(protocol)) fault(`${where}: an address that is no web page`, address);
    }
}

const shown = new Set();  // texts that differ in more than the number

async function showAll(htmls, where) {
    const fresh = htmls.filter((html) => {
        const shape = html.replace(/\d+/g, '#');
        return !shown.has(shape) && shown.add(shape);
    });
    for (const some of chunks(fresh, framesAtOnce)) {
        const armed = await reader.show(some);
        for (const [at, what] of armed) fault(`${where}: ${what} is there`, some[at]);
        judgeHits(where);
    }
}

// --- The daemon's pages --------------------------------------------------------------------------------

async function visitAll(url, policies) {
    const waiting = [`${url}/`, `${url}/feed.atom`, `${url}/feed.rss`];
    const visited = new Set();
    while (waiting.length) {
        const address = waiting.pop();
        const {pathname} = new URL(address);
        if (visited.has(pathname) || /\.(json)$|^\/opml/.test(pathname)) continue;
        visited.add(pathname);
        for (const ignorePolicy of policies) {
            // With its policy first, and alone: a page in the background has no picture.
            const screenshot = pathname === '/' && !ignorePolicy ? options.screenshot : undefined;
            const {armed, links, policy} = await reader.visit(address, {ignorePolicy, screenshot});
            if (!policy.includes("default-src 'none'") || policy.includes('unsafe')) fault(`${pathname}: no policy`, policy);
            for (const what of armed) fault(`${pathname}: ${what} is there`);
            judgeHits(`${pathname}${ignorePolicy ? ' without its policy' : ''}`);
            waiting.push(...links.map((link) => link.replace(/#.*/, '')));
        }
    }
    return visited.size;
}

const figures = {documents: 0, entries: 0, pages: 0, texts: 0, addresses: 0};

async function judgePublished(url, documents, policies) {
    const home = await text(`${url}/`);
    const rows = matches(home.slice(home.indexOf('id="sources"')), /<th scope="row"(>| )/g).length;
    if (rows !== documents.length) fault(`/ shows ${rows} of ${documents.length} sources`);
    if (/more entries are in the feeds/.test(home)) fault('/ shows not all entries');
    figures.documents += documents.length;
    const pages = await visitAll(url, policies);  // others add to the figures meanwhile
    figures.pages += pages;
    for (const {path, html, addresses} of formats) {
        const body = await text(`${url}${path}?limit=1000`);
        if (path === '/feed.json') judgeEntries(JSON.parse(body).items, documents);
        const htmls = html(body);
        const found = addresses(body);
        figures.texts += htmls.length;
        figures.addresses += found.length;
        judgeAddresses(found, path);
        await showAll(htmls, path);
    }
}

/// A feed that was not read would prove nothing.
function judgeEntries(items, documents) {
    figures.entries += items.length;
    const read = new Set(items.map((item) => item._source.name));
    for (const {name} of documents) {
        if (!read.has(name) && !name.startsWith('bare')) fault(`${name} was not read`);
    }
}

// --- The proof -----------------------------------------------------------------------------------------

/// The same judge without the sanitizer: most payloads must run, and every detector must have spoken.
async function proveThatItNotices() {
    const ran = new Set();
    const ways = new Set();
    const count = () => {
        for (const [id, how] of reader.hits) {
            ran.add(origins[id]?.payload);
            ways.add(how.replace(/ .*/, ''));
        }
        reader.hits.clear();
    };
    let armed = 0;
    for (const some of chunks(tried, framesAtOnce)) {
        const texts = some.map((payload) => arm(payload, number(payload, 'bypass'), reader.at));
        armed += new Set((await reader.show(texts)).map(([at]) => at)).size;
        count();
    }
    console.log(`without the sanitizer: ${ran.size} of ${tried.length} payloads run, ${armed} are seen to be armed (${[...ways].sort().join(', ')})`);
    if (ran.size < tried.length * leastRunning) fault('the judge is asleep: too few payloads run');
    for (const way of ['ran', 'asked']) if (!ways.has(way)) fault(`the judge is asleep: nothing was noticed that ${way}`);
}

/// Pages and documents that trust: the daemon's own page with its escaping undone, and a feed that
/// holds markup of its own.
async function proveThatPagesNotice(url) {
    const home = decoded(decoded(await text(`${url}/`)));
    const id = number('script in a feed', 'bypass');
    const feed = `<feed xmlns="http://www.w3.org/2005/Atom"><x xmlns="http://www.w3.org/1999/xhtml"><script>hit(${id})</script></x></feed>`;
    const trusting = await listen((request, response) => {
        const isHome = request.url === '/';
        response.writeHead(200, {'Content-Type': isHome ? 'text/html; charset=utf-8' : 'application/xml'});
        response.end(isHome ? home : feed);
    });
    for (const path of ['/', '/feed.atom']) {
        const {armed} = await reader.visit(`http://${trusting.address_}${path}`);
        if (reader.hits.size === 0) fault(`the judge is asleep: nothing runs in a trusting ${path}`);
        if (armed.length === 0) fault(`the judge is asleep: nothing is armed in a trusting ${path}`);
        reader.hits.clear();
    }
    trusting.closeAllConnections();
    trusting.close();
}

function documentsOf(group, first) {
    return group.flatMap((payload, index) => {
        const put = (field) => arm(payload, number(payload, field), reader.at);
        const address = (field) => {
            const id = number(payload, field);
            return arm(urls[id % urls.length], id, reader.at);
        };
        return feedsOf(put, address).map((feed) => ({...feed, name: `${feed.name}-${first + index}`}));
    });
}

async function judgeGroup(at) {
    const documents = documentsOf(groups[at], at * atOnce);
    await withDaemon(program, documents, async (url) => {
        // Without its policy a page must be safe as well; that it is sent is seen once.
        await judgePublished(url, documents, at === 0 ? [false, true] : [true]);
        if (at === 0) await proveThatPagesNotice(url);
    });
    if (process.stderr.isTTY) process.stderr.write(`\r${++done} of ${groups.length} `);
}

const start = Date.now();
const groups = chunks(tried, atOnce);
await proveThatItNotices();
await judgeGroup(0);
let next = 1;
await Promise.all(Array.from({length: abreast}, async () => {
    while (next < groups.length) await judgeGroup(next++);
}));
await reader.close();
console.log(`${tried.length} payloads in ${origins.length} fields of ${figures.documents} feeds: ${figures.entries} entries on ` +
            `${figures.pages} pages, ${figures.texts} texts as HTML (${shown.size} different), ${figures.addresses} addresses, ` +
            `${Math.round((Date.now() - start) / 1000)} s: ${faults} faults`);
process.exit(faults ? 1 : 0);
