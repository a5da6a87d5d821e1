// Checks a sealed answer or a record in the browser, or in Node, without asking
// anybody. The same checks as gateway/proof.

import {must} from './bytes.mjs'
import {product} from './product.mjs'
import {record} from './record.mjs'
import {fingerprint, keyring, sorted} from './roots.mjs'

const kinds = {
  'fairlead-product/2': [product, 'answer asOf conclusion format full gtin lot nonce records seals'],
  'fairlead-record/2': [record, 'format id inclusion kind seals'],
}

// verify gives what was checked, step by step: [{check, result, code, of}],
// result being "ok", "failed" or "not shown"; words.mjs says them. text is the bundle as it was handed out;
// now and maxAge are in milliseconds.
export async function verify(text, roots, {now = Date.now(), maxAge = 48 * 3600e3} = {}) {
  const steps = [], stop = {}
  const step = async (check, run) => {
    try { steps.push({check, result: run ? 'ok' : 'not shown', of: await run?.() ?? []}) } catch (e) { steps.push({check, result: 'failed', code: e.code ?? 'form', of: e.of}); throw stop }
  }
  try {
    let keys, bundle
    await step('roots', async () => {
      keys = await keyring(roots)
      return [await fingerprint(roots)]
    })
    await step('file', () => {
      bundle = JSON.parse(text)
      must(JSON.stringify(sorted(bundle)) === text, 'letters')
      must(Object.hasOwn(kinds, bundle.format), 'format')
      must(!bundle.full, 'full')
      must(Object.keys(bundle).every((k) => kinds[bundle.format][1].split(' ').includes(k)), 'form')
      return [bundle.format, bundle.records?.length ?? 1, bundle.seals.length]
    })
    await kinds[bundle.format][0](step, keys, bundle, {now, maxAge})
  } catch (e) {
    if (e !== stop) throw e
  }
  return steps
}

export {fingerprint}
