// The worst reader there is, in Chromium: it puts HTML into pages without a content security policy,
// then clicks, points at and focuses everything. What runs is noticed; so is what is merely armed.

import puppeteer from 'puppeteer-core';

import {listen} from './daemon.mjs';

const settle = 250;  // milliseconds in which a page that wants to run something has done it
const patience = 60_000;
const attempts = 3;

const pause = () => new Promise((over) => setTimeout(over, settle));

export class Reader {
    hits = new Map();  // number -> how it was noticed

    static async open(chromium) {
        const reader = new Reader();
        reader.chromium = chromium;
        reader.canary = await listen((request, response) => reader.#answer(request, response));
        reader.at = `http://${reader.canary.address_}`;
        await reader.#launch();
        return reader;
    }

    async #launch() {
        this.browser = await puppeteer.launch({
            executablePath: this.chromium, protocolTimeout: patience,
            args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update',
                   '--disable-features=IsolateOrigins,site-per-process', '--disable-site-isolation-trials',
                   '--disable-renderer-backgrounding', '--autoplay-policy=no-user-gesture-required',
                   '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
        });
    }

    async close() {
        await this.browser.close();
        this.canary.closeAllConnections();
        this.canary.close();
    }

    #notice(number, how) {
        if (!this.hits.has(Number(number))) this.hits.set(Number(number), how);
    }

    #answer(request, response) {
        const [, what, number] = /^\/(\w+)\/(\d+)/.exec(request.url) ?? [];
        if (number && request.headers.purpose !== 'prefetch') this.#notice(number, `asked for ${what}`);
        const type = what === 'script' ? 'text/javascript' : what === 'import' ? 'text/css' : 'text/html';
        response.writeHead(200, {'Content-Type': `${type}; charset=utf-8`, 'Access-Control-Allow-Origin': '*'});
        response.end(what === 'script' ? `hit(${number})` : '');
    }

    /// A new page in which everything that runs is noticed, whatever its frame. Hostile pages can
    /// bring a browser down: then once more, in another one.
    async #withPage(use) {
        for (let attempt = 1;; ++attempt) {
            let page;
            try {
                page = await this.#page();
                return await use(page);
            } catch (error) {
                if (attempt === attempts) throw error;
                if (!this.browser.connected) await (this.launching ??= this.#launch().finally(() => { this.launching = undefined; }));
            } finally {
                await page?.close().catch(() => {});
            }
        }
    }

    async #page() {
        const page = await this.browser.newPage();
        await page.evaluateOnNewDocument(() => {
            window.hit = (number) => console.log(`tributary-hit ${number}`);
        });
        page.on('console', (message) => {
            const [, number] = /^tributary-hit (\d+)/.exec(message.text()) ?? [];
            if (number) this.#notice(number, 'ran');
        });
        page.on('dialog', (dialog) => {
            this.#notice(dialog.message(), 'ran (dialog)');
            dialog.dismiss().catch(() => {});
        });
        return page;
    }

    /// Loads an address with its own headers, provokes everything there and tells what is armed, where
    /// the page links to on this host and the policy that came with it.
    visit(url, {ignorePolicy = false, screenshot} = {}) {
        return this.#withPage(async (page) => {
            await page.setBypassCSP(ignorePolicy);
            const response = await page.goto(url, {waitUntil: 'load'});
            const policy = response.headers()['content-security-policy'] ?? '';
            if (screenshot) await page.screenshot({path: screenshot, fullPage: true});
            await page.evaluate(provoke);
            await pause();
            if (page.url().replace(/#.*/, '') !== url) return {armed: [`something that leads to ${page.url()}`], links: [], policy};
            const links = await page.$$eval('a[href]', (all) => all.map((a) => a.href));
            const here = new URL('/', url).href;
            return {armed: await page.evaluate(findArmed), links: links.filter((href) => href.startsWith(here)), policy};
        });
    }

    /// Shows each text as a page of its own (srcdoc), as innerHTML, as innerHTML of innerHTML and
    /// as what DOMParser makes of it. Tells what is armed: [index, what].
    show(htmls) {
        return this.#withPage(async (page) => {
            await page.goto(`${this.at}/blank`);
            await page.setRequestInterception(true);  // the page must not be navigated away
            page.on('request', (request) => {
                const leaves = request.isNavigationRequest() && request.frame() === page.mainFrame();
                const [, what, number] = /127\.0\.0\.1:\d+\/(\w+)\/(\d+)/.exec(request.url()) ?? [];
                if (leaves && number) this.#notice(number, `went to ${what}`);
                (leaves || !request.url().startsWith(this.at) ? request.abort() : request.continue()).catch(() => {});
            });
            await page.evaluate(showAll, htmls);
            await pause();
            const armed = await page.evaluate(provokeFrames, provoke.toString(), findArmed.toString());
            await pause();
            return armed;
        });
    }
}

// --- In the page -------------------------------------------------------------------------------------

async function showAll(htmls) {
    const frameOf = (html) => new Promise((loaded) => {
        const frame = document.createElement('iframe');
        frame.onload = () => loaded(frame);
        frame.srcdoc = html;
        document.body.append(frame);
        setTimeout(() => loaded(frame), 1000);
    });
    await Promise.all(htmls.map(async (html, index) => {
        (await frameOf(html)).dataset.index = index;
        const frame = await frameOf('<body>');
        frame.dataset.index = index;
        const inside = frame.contentDocument;
        const add = (fill) => {
            const element = inside.createElement('div');
            inside.body?.append(element);
            fill(element);
            return element;
        };
        const first = add((div) => { div.innerHTML = html; });
        add((div) => { div.innerHTML = first.innerHTML; });
        add((div) => { div.append(...new DOMParser().parseFromString(html, 'text/html').body.childNodes); });
    }));
}

function provokeFrames(provokeText, findArmedText) {
    const armed = [];
    for (const frame of document.querySelectorAll('iframe')) {
        const inside = frame.contentWindow;
        try {
            inside.eval(`(${provokeText})()`);
            for (const what of inside.eval(`(${findArmedText})()`)) armed.push([Number(frame.dataset.index), what]);
        } catch {
            armed.push([Number(frame.dataset.index), 'a frame that went elsewhere']);
        }
    }
    return armed;
}

function provoke() {
    addEventListener('click', (event) => {  // a link to the web is what a link should be
        const link = event.target.closest?.('a[href], area[href]');
        if (link && /^(https?|mailto):$/.test(link.protocol)) event.preventDefault();
    }, true);
    const events = new Set(['mouseover', 'mouseenter', 'mousemove', 'pointerover', 'focus', 'click']);
    const elements = [...document.querySelectorAll('*')];
    for (const element of elements) {
        for (const {name} of element.attributes) if (name.startsWith('on')) events.add(name.slice(2));
    }
    for (const element of elements) {
        for (const name of events) {
            try {
                if (name === 'click' && element.click) element.click();
                else if (name === 'focus' && element.focus) element.focus();
                else element.dispatchEvent(new MouseEvent(name, {bubbles: name === 'click', cancelable: true}));
            } catch { /* what cannot be provoked does nothing */ }
        }
    }
}

/// What would run, or load a program, if only somebody did the right thing.
function findArmed() {
    const armed = [];
    const never = /^(script|style|iframe|frame|frameset|object|embed|applet|portal|fencedframe|base|form|input|button|select|textarea|template|noscript|xmp|plaintext|noembed|noframes|keygen|isindex|marquee|animate|set)$/i;
    const safe = /^(https?:|mailto:|data:image\/(png|jpeg|gif|webp);|#|[^:]*$)/i;
    const ours = document.querySelector('link[href="assets/style.css"]');  // our own page has a head
    const isPage = document.contentType === 'text/html';
    for (const element of document.querySelectorAll('*')) {
        const name = element.localName;
        if (!isPage) {  // the browser gives no meaning to the elements of feeds
            if (/xhtml|svg|MathML/.test(element.namespaceURI)) armed.push(`<${name}> in a feed`);
            continue;
        }
        const isMeta = /^(meta|link)$/i.test(name) && !(ours && element.parentElement === document.head);
        if (never.test(name) || isMeta) armed.push(`<${name}>`);
        if (element.namespaceURI !== 'http://www.w3.org/1999/xhtml') armed.push(`foreign <${name}>`);
        for (const {name: attribute, value} of element.attributes) {
            if (/^on|^style$|^srcdoc$|^formaction$|^ping$/i.test(attribute)) armed.push(`<${name} ${attribute}>`);
            const isUrl = /^(href|src|action|poster|cite|background|data)$/i.test(attribute);
            if (isUrl && !safe.test(value)) armed.push(`<${name} ${attribute}=${value.slice(0, 40)}>`);
        }
    }
    return armed;
}
