/** The launcher's only style, adopted by its shadow root: passes `style-src 'none'`. */

export const css = `
:host{all:initial!important}
*{box-sizing:border-box}
.root{--side:20px;--bottom:20px;position:fixed;z-index:var(--chatdesk-z-index,var(--layer,1000));inset-block-end:0;width:0;height:0;
font:500 14px/20px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color-scheme:light dark}
.root[data-side=right]{right:0}
.root[data-side=left]{left:0}
.root[data-hidden]{display:none}
button{all:unset;box-sizing:border-box;cursor:pointer;-webkit-tap-highlight-color:transparent}
.launch{position:fixed;bottom:calc(var(--bottom) + env(safe-area-inset-bottom,0px));
display:flex;align-items:center;justify-content:center;gap:8px;min-width:52px;height:52px;border-radius:26px;
color:var(--ink);background:var(--colour);user-select:none;transition:transform 80ms ease-out;
box-shadow:0 0 0 1px rgb(20 23 28/.06),0 2px 6px rgb(20 23 28/.12),0 8px 24px rgb(20 23 28/.16)}
.root[data-label] .launch{padding:0 20px 0 16px}
[data-side=right] .launch,[data-side=right] .say{right:var(--side)}
[data-side=left] .launch,[data-side=left] .say{left:var(--side)}
.label:empty{display:none}
button:focus-visible{outline:2px solid #14171c;outline-offset:2px;box-shadow:0 0 0 6px #fff}
svg{width:24px;height:24px;fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round;flex:none}
.shut{display:none}
[data-open] .shut{display:block}
[data-open] .talk,[data-open] .label{display:none}
[data-open][data-label] .launch{padding:0}
.badge{position:absolute;top:-4px;inset-inline-end:-4px;min-width:20px;height:20px;padding:0 6px;border-radius:10px;
background:#a10000;color:#fff;font:600 12px/20px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;
text-align:center;font-variant-numeric:tabular-nums;box-shadow:0 0 0 2px #fff}
.badge:empty,[data-open] .badge{display:none}
.say{position:fixed;bottom:calc(var(--bottom) + 64px + env(safe-area-inset-bottom,0px));display:flex;align-items:flex-start;
max-width:min(300px,100vw - 2*var(--side));border-radius:var(--corner,16px);background:#fff;color:#14171c;overflow:hidden;
box-shadow:0 0 0 1px rgb(20 23 28/.08),0 4px 12px rgb(20 23 28/.1),0 12px 32px rgb(20 23 28/.16)}
[data-open] .say{display:none}
.text{padding:12px 0 12px 16px;font-size:15px;line-height:22px;font-weight:400;white-space:pre-line;overflow-wrap:anywhere;text-align:start}
.say button:focus-visible{box-shadow:none;outline-offset:-3px;border-radius:var(--corner,16px)}
.x{display:flex;align-items:center;justify-content:center;flex:none;width:44px;height:44px}
.x svg{width:18px;height:18px}
iframe{all:unset;position:fixed;bottom:calc(var(--bottom) + 64px);width:400px;max-width:calc(100vw - 2*var(--side));
height:min(664px,100dvh - var(--bottom) - 84px);border-radius:var(--corner,16px);overflow:hidden;background:Canvas;color-scheme:light dark;
box-shadow:0 0 0 1px rgb(20 23 28/.08),0 4px 12px rgb(20 23 28/.1),0 16px 48px rgb(20 23 28/.2);
opacity:0;visibility:hidden;transform:translateY(8px);pointer-events:none;
transition:opacity 120ms ease-out,transform 120ms ease-out,visibility 0s 120ms}
[data-side=right] iframe{right:var(--side)}
[data-side=left] iframe{left:var(--side)}
[data-open] iframe{opacity:1;visibility:visible;transform:none;pointer-events:auto;transition-delay:0s}
@media (hover:hover){.launch:hover{transform:translateY(-1px)}}
.launch:active{transform:none}
@media (max-width:639.98px){
iframe,[data-side] iframe{left:0;right:0;top:var(--top,0px);bottom:auto;width:100%;max-width:none;
height:var(--height,100dvh);border-radius:0;box-shadow:none}
[data-open] .launch{visibility:hidden}
}
@media (prefers-reduced-motion:reduce){button,iframe{transition:none;transform:none!important}}
@media (forced-colors:active){.launch,.say,iframe{border:1px solid ButtonText}svg{stroke:ButtonText}}
@media print{.root{display:none}}
`;
