/** The launcher's only style, adopted by its shadow root: passes `style-src 'none'`. */

export const css = `
:host{all:initial!important}
*{box-sizing:border-box}
.root{--gap:20px;position:fixed;z-index:var(--chatdesk-z-index,1000);inset-block-end:0;width:0;height:0;
font:500 14px/20px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color-scheme:light dark}
.root[data-side=right]{right:0}
.root[data-side=left]{left:0}
.root[data-hidden]{display:none}
button{all:unset;position:fixed;bottom:calc(var(--gap) + env(safe-area-inset-bottom,0px));
display:flex;align-items:center;justify-content:center;gap:8px;min-width:52px;height:52px;border-radius:26px;
box-sizing:border-box;color:var(--ink);background:var(--colour);cursor:pointer;user-select:none;
-webkit-tap-highlight-color:transparent;transition:transform 80ms ease-out;
box-shadow:0 0 0 1px rgb(20 23 28/.06),0 2px 6px rgb(20 23 28/.12),0 8px 24px rgb(20 23 28/.16)}
.root[data-label] button{padding:0 20px 0 16px}
[data-side=right] button{right:var(--gap)}
[data-side=left] button{left:var(--gap)}
button:focus-visible{outline:2px solid #14171c;outline-offset:2px;box-shadow:0 0 0 6px #fff}
svg{width:24px;height:24px;fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round;flex:none}
.shut{display:none}
[data-open] .shut{display:block}
[data-open] .talk,[data-open] .label{display:none}
[data-open][data-label] button{padding:0}
.badge{position:absolute;top:-4px;inset-inline-end:-4px;min-width:20px;height:20px;padding:0 6px;border-radius:10px;
background:#a10000;color:#fff;font:600 12px/20px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;
text-align:center;font-variant-numeric:tabular-nums;box-shadow:0 0 0 2px #fff}
.badge:empty,[data-open] .badge{display:none}
iframe{all:unset;position:fixed;bottom:calc(var(--gap) + 64px);width:400px;max-width:calc(100vw - 2*var(--gap));
height:min(664px,100dvh - 104px);border-radius:16px;overflow:hidden;background:Canvas;color-scheme:light dark;
box-shadow:0 0 0 1px rgb(20 23 28/.08),0 4px 12px rgb(20 23 28/.1),0 16px 48px rgb(20 23 28/.2);
opacity:0;visibility:hidden;transform:translateY(8px);pointer-events:none;
transition:opacity 120ms ease-out,transform 120ms ease-out,visibility 0s 120ms}
[data-side=right] iframe{right:var(--gap)}
[data-side=left] iframe{left:var(--gap)}
[data-open] iframe{opacity:1;visibility:visible;transform:none;pointer-events:auto;transition-delay:0s}
@media (hover:hover){button:hover{transform:translateY(-1px)}}
button:active{transform:none}
@media (max-width:639.98px){
iframe,[data-side] iframe{left:0;right:0;top:var(--top,0px);bottom:auto;width:100%;max-width:none;
height:var(--height,100dvh);border-radius:0;box-shadow:none}
[data-open] button{visibility:hidden}
}
@media (prefers-reduced-motion:reduce){button,iframe{transition:none;transform:none!important}}
@media (forced-colors:active){button,iframe{border:1px solid ButtonText}svg{stroke:ButtonText}}
@media print{.root{display:none}}
`;
