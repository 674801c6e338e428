// Of undici, what torchpin uses: its client. Fetch, caches, mocks and the rest take longer to load than the cache to be read.
const Dispatcher = require('undici/lib/dispatcher/dispatcher')
Object.assign(Dispatcher.prototype, require('undici/lib/api'))
exports.Agent = require('undici/lib/dispatcher/agent')
exports.ProxyAgent = require('undici/lib/dispatcher/proxy-agent')
