/** Visual Dataset Explorer. */
package io.vde;
