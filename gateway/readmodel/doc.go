// Package readmodel is a cache of the ledger that can be asked: records by
// identifier, by what they are about, and all that stands behind a product.
//
// Project follows the ledger's blocks into a Store; Store's other methods
// answer from one consistent moment and say which: the Position. Content and
// position change in one database transaction, so a position never claims more
// than the content holds. Nothing here exists only here: a lost or damaged file
// is discarded and built anew from block 0, with an equal Digest.
package readmodel
