var w=(i,t,s)=>()=>{if(s)throw s[0];try{return i&&(t=i(i=0)),t}catch(e){throw s=[e],e}};var kr=(i,t)=>()=>{try{return t||i((t={exports:{}}).exports,t),t.exports}catch(s){throw t=0,s}};var qe,At=w(()=>{qe=class extends Event{constructor(t,s,e,a){super("context-request",{bubbles:!0,composed:!0}),this.context=t,this.contextTarget=s,this.callback=e,this.subscribe=a??!1}}});var Ss=w(()=>{});var st,Ni=w(()=>{At();st=class{constructor(t,s,e,a){if(this.subscribe=!1,this.provided=!1,this.value=void 0,this.t=(h,r)=>{this.unsubscribe&&(this.unsubscribe!==r&&(this.provided=!1,this.unsubscribe()),this.subscribe||this.unsubscribe()),this.value=h,this.host.requestUpdate(),this.provided&&!this.subscribe||(this.provided=!0,this.callback&&this.callback(h,r)),this.unsubscribe=r},this.host=t,s.context!==void 0){let h=s;this.context=h.context,this.callback=h.callback,this.subscribe=h.subscribe??!1}else this.context=s,this.callback=e,this.subscribe=a??!1;this.host.addController(this)}hostConnected(){this.dispatchRequest()}hostDisconnected(){this.unsubscribe&&(this.unsubscribe(),this.unsubscribe=void 0)}dispatchRequest(){this.host.dispatchEvent(new qe(this.context,this.host,this.t,this.subscribe))}}});var ei,Is=w(()=>{ei=class{get value(){return this.o}set value(t){this.setValue(t)}setValue(t,s=!1){let e=s||!Object.is(t,this.o);this.o=t,e&&this.updateObservers()}constructor(t){this.subscriptions=new Map,this.updateObservers=()=>{for(let[s,{disposer:e}]of this.subscriptions)s(this.o,e)},t!==void 0&&(this.value=t)}addCallback(t,s,e){if(!e)return void t(this.value);this.subscriptions.has(t)||this.subscriptions.set(t,{disposer:()=>{this.subscriptions.delete(t)},consumerHost:s});let{disposer:a}=this.subscriptions.get(t);t(this.value,a)}clearCallbacks(){this.subscriptions.clear()}}});var Li,at,Ri=w(()=>{At();Is();Li=class extends Event{constructor(t,s){super("context-provider",{bubbles:!0,composed:!0}),this.context=t,this.contextTarget=s}},at=class extends ei{constructor(t,s,e){super(s.context!==void 0?s.initialValue:e),this.onContextRequest=a=>{if(a.context!==this.context)return;let h=a.contextTarget??a.composedPath()[0];h!==this.host&&(a.stopPropagation(),this.addCallback(a.callback,h,a.subscribe))},this.onProviderRequest=a=>{if(a.context!==this.context||(a.contextTarget??a.composedPath()[0])===this.host)return;let h=new Set;for(let[r,{consumerHost:n}]of this.subscriptions)h.has(r)||(h.add(r),n.dispatchEvent(new qe(this.context,n,r,!0)));a.stopPropagation()},this.host=t,s.context!==void 0?this.context=s.context:this.context=s,this.attachListeners(),this.host.addController?.(this)}attachListeners(){this.host.addEventListener("context-request",this.onContextRequest),this.host.addEventListener("context-provider",this.onProviderRequest)}hostConnected(){this.host.dispatchEvent(new Li(this.context,this.host))}}});var Ds=w(()=>{At();});function Vt({context:i}){return(t,s)=>{let e=new WeakMap;if(typeof s=="object")return{get(){return t.get.call(this)},set(a){return e.get(this).setValue(a),t.set.call(this,a)},init(a){return e.set(this,new at(this,{context:i,initialValue:a})),a}};{t.constructor.addInitializer((r=>{e.set(r,new at(r,{context:i}))}));let a=Object.getOwnPropertyDescriptor(t,s),h;if(a===void 0){let r=new WeakMap;h={get(){return r.get(this)},set(n){e.get(this).setValue(n),r.set(this,n)},configurable:!0,enumerable:!0}}else{let r=a.set;h={...a,set(n){e.get(this).setValue(n),r?.call(this,n)}}}return void Object.defineProperty(t,s,h)}}}var Os=w(()=>{Ri();});function Y({context:i,subscribe:t}){return(s,e)=>{typeof e=="object"?e.addInitializer((function(){new st(this,{context:i,callback:a=>{s.set.call(this,a)},subscribe:t})})):s.constructor.addInitializer((a=>{new st(a,{context:i,callback:h=>{a[e]=h},subscribe:t})}))}}var Bs=w(()=>{Ni();});var pe=w(()=>{At();Ss();Ni();Ri();Ds();Os();Bs()});var ti,ii,Ui,Ps,jt,Ns,J,Ls,Fi,qi=w(()=>{ti=globalThis,ii=ti.ShadowRoot&&(ti.ShadyCSS===void 0||ti.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,Ui=Symbol(),Ps=new WeakMap,jt=class{constructor(t,s,e){if(this._$cssResult$=!0,e!==Ui)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=t,this.t=s}get styleSheet(){let t=this.o,s=this.t;if(ii&&t===void 0){let e=s!==void 0&&s.length===1;e&&(t=Ps.get(s)),t===void 0&&((this.o=t=new CSSStyleSheet).replaceSync(this.cssText),e&&Ps.set(s,t))}return t}toString(){return this.cssText}},Ns=i=>new jt(typeof i=="string"?i:i+"",void 0,Ui),J=(i,...t)=>{let s=i.length===1?i[0]:t.reduce((e,a,h)=>e+(r=>{if(r._$cssResult$===!0)return r.cssText;if(typeof r=="number")return r;throw Error("Value passed to 'css' function must be a 'css' function result: "+r+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(a)+i[h+1],i[0]);return new jt(s,i,Ui)},Ls=(i,t)=>{if(ii)i.adoptedStyleSheets=t.map(s=>s instanceof CSSStyleSheet?s:s.styleSheet);else for(let s of t){let e=document.createElement("style"),a=ti.litNonce;a!==void 0&&e.setAttribute("nonce",a),e.textContent=s.cssText,i.appendChild(e)}},Fi=ii?i=>i:i=>i instanceof CSSStyleSheet?(t=>{let s="";for(let e of t.cssRules)s+=e.cssText;return Ns(s)})(i):i});var Cr,Er,Ar,Vr,jr,Sr,si,Rs,Ir,Dr,St,It,ai,Us,De,Dt=w(()=>{qi();qi();({is:Cr,defineProperty:Er,getOwnPropertyDescriptor:Ar,getOwnPropertyNames:Vr,getOwnPropertySymbols:jr,getPrototypeOf:Sr}=Object),si=globalThis,Rs=si.trustedTypes,Ir=Rs?Rs.emptyScript:"",Dr=si.reactiveElementPolyfillSupport,St=(i,t)=>i,It={toAttribute(i,t){switch(t){case Boolean:i=i?Ir:null;break;case Object:case Array:i=i==null?i:JSON.stringify(i)}return i},fromAttribute(i,t){let s=i;switch(t){case Boolean:s=i!==null;break;case Number:s=i===null?null:Number(i);break;case Object:case Array:try{s=JSON.parse(i)}catch{s=null}}return s}},ai=(i,t)=>!Cr(i,t),Us={attribute:!0,type:String,converter:It,reflect:!1,useDefault:!1,hasChanged:ai};Symbol.metadata??=Symbol("metadata"),si.litPropertyMetadata??=new WeakMap;De=class extends HTMLElement{static addInitializer(t){this._$Ei(),(this.l??=[]).push(t)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(t,s=Us){if(s.state&&(s.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(t)&&((s=Object.create(s)).wrapped=!0),this.elementProperties.set(t,s),!s.noAccessor){let e=Symbol(),a=this.getPropertyDescriptor(t,e,s);a!==void 0&&Er(this.prototype,t,a)}}static getPropertyDescriptor(t,s,e){let{get:a,set:h}=Ar(this.prototype,t)??{get(){return this[s]},set(r){this[s]=r}};return{get:a,set(r){let n=a?.call(this);h?.call(this,r),this.requestUpdate(t,n,e)},configurable:!0,enumerable:!0}}static getPropertyOptions(t){return this.elementProperties.get(t)??Us}static _$Ei(){if(this.hasOwnProperty(St("elementProperties")))return;let t=Sr(this);t.finalize(),t.l!==void 0&&(this.l=[...t.l]),this.elementProperties=new Map(t.elementProperties)}static finalize(){if(this.hasOwnProperty(St("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(St("properties"))){let s=this.properties,e=[...Vr(s),...jr(s)];for(let a of e)this.createProperty(a,s[a])}let t=this[Symbol.metadata];if(t!==null){let s=litPropertyMetadata.get(t);if(s!==void 0)for(let[e,a]of s)this.elementProperties.set(e,a)}this._$Eh=new Map;for(let[s,e]of this.elementProperties){let a=this._$Eu(s,e);a!==void 0&&this._$Eh.set(a,s)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(t){let s=[];if(Array.isArray(t)){let e=new Set(t.flat(1/0).reverse());for(let a of e)s.unshift(Fi(a))}else t!==void 0&&s.push(Fi(t));return s}static _$Eu(t,s){let e=s.attribute;return e===!1?void 0:typeof e=="string"?e:typeof t=="string"?t.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(t=>this.enableUpdating=t),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(t=>t(this))}addController(t){(this._$EO??=new Set).add(t),this.renderRoot!==void 0&&this.isConnected&&t.hostConnected?.()}removeController(t){this._$EO?.delete(t)}_$E_(){let t=new Map,s=this.constructor.elementProperties;for(let e of s.keys())this.hasOwnProperty(e)&&(t.set(e,this[e]),delete this[e]);t.size>0&&(this._$Ep=t)}createRenderRoot(){let t=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return Ls(t,this.constructor.elementStyles),t}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(t=>t.hostConnected?.())}enableUpdating(t){}disconnectedCallback(){this._$EO?.forEach(t=>t.hostDisconnected?.())}attributeChangedCallback(t,s,e){this._$AK(t,e)}_$ET(t,s){let e=this.constructor.elementProperties.get(t),a=this.constructor._$Eu(t,e);if(a!==void 0&&e.reflect===!0){let h=(e.converter?.toAttribute!==void 0?e.converter:It).toAttribute(s,e.type);this._$Em=t,h==null?this.removeAttribute(a):this.setAttribute(a,h),this._$Em=null}}_$AK(t,s){let e=this.constructor,a=e._$Eh.get(t);if(a!==void 0&&this._$Em!==a){let h=e.getPropertyOptions(a),r=typeof h.converter=="function"?{fromAttribute:h.converter}:h.converter?.fromAttribute!==void 0?h.converter:It;this._$Em=a;let n=r.fromAttribute(s,h.type);this[a]=n??this._$Ej?.get(a)??n,this._$Em=null}}requestUpdate(t,s,e,a=!1,h){if(t!==void 0){let r=this.constructor;if(a===!1&&(h=this[t]),e??=r.getPropertyOptions(t),!((e.hasChanged??ai)(h,s)||e.useDefault&&e.reflect&&h===this._$Ej?.get(t)&&!this.hasAttribute(r._$Eu(t,e))))return;this.C(t,s,e)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(t,s,{useDefault:e,reflect:a,wrapped:h},r){e&&!(this._$Ej??=new Map).has(t)&&(this._$Ej.set(t,r??s??this[t]),h!==!0||r!==void 0)||(this._$AL.has(t)||(this.hasUpdated||e||(s=void 0),this._$AL.set(t,s)),a===!0&&this._$Em!==t&&(this._$Eq??=new Set).add(t))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(s){Promise.reject(s)}let t=this.scheduleUpdate();return t!=null&&await t,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[a,h]of this._$Ep)this[a]=h;this._$Ep=void 0}let e=this.constructor.elementProperties;if(e.size>0)for(let[a,h]of e){let{wrapped:r}=h,n=this[a];r!==!0||this._$AL.has(a)||n===void 0||this.C(a,void 0,h,n)}}let t=!1,s=this._$AL;try{t=this.shouldUpdate(s),t?(this.willUpdate(s),this._$EO?.forEach(e=>e.hostUpdate?.()),this.update(s)):this._$EM()}catch(e){throw t=!1,this._$EM(),e}t&&this._$AE(s)}willUpdate(t){}_$AE(t){this._$EO?.forEach(s=>s.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(t)),this.updated(t)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(t){return!0}update(t){this._$Eq&&=this._$Eq.forEach(s=>this._$ET(s,this[s])),this._$EM()}updated(t){}firstUpdated(t){}};De.elementStyles=[],De.shadowRootOptions={mode:"open"},De[St("elementProperties")]=new Map,De[St("finalized")]=new Map,Dr?.({ReactiveElement:De}),(si.reactiveElementVersions??=[]).push("2.1.2")});function Ys(i,t){if(!Ji(i)||!i.hasOwnProperty("raw"))throw Error("invalid template strings array");return qs!==void 0?qs.createHTML(t):t}function Qe(i,t,s=i,e){if(t===Te)return t;let a=e!==void 0?s._$Co?.[e]:s._$Cl,h=Pt(t)?void 0:t._$litDirective$;return a?.constructor!==h&&(a?._$AO?.(!1),h===void 0?a=void 0:(a=new h(i),a._$AT(i,s,e)),e!==void 0?(s._$Co??=[])[e]=a:s._$Cl=a),a!==void 0&&(t=Qe(i,a._$AS(i,t.values),a,e)),t}var Wi,Fs,ri,qs,Gi,Oe,Ki,Or,Je,Bt,Pt,Ji,Qs,Zi,Ot,Zs,Ws,Ge,Gs,Ks,Xs,Qi,m,E,Mh,Te,se,Js,Ke,ea,Nt,oi,rt,Xe,hi,li,ni,ci,ta,Br,ia,Be=w(()=>{Wi=globalThis,Fs=i=>i,ri=Wi.trustedTypes,qs=ri?ri.createPolicy("lit-html",{createHTML:i=>i}):void 0,Gi="$lit$",Oe=`lit$${Math.random().toFixed(9).slice(2)}$`,Ki="?"+Oe,Or=`<${Ki}>`,Je=document,Bt=()=>Je.createComment(""),Pt=i=>i===null||typeof i!="object"&&typeof i!="function",Ji=Array.isArray,Qs=i=>Ji(i)||typeof i?.[Symbol.iterator]=="function",Zi=`[ 	
\f\r]`,Ot=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,Zs=/-->/g,Ws=/>/g,Ge=RegExp(`>|${Zi}(?:([^\\s"'>=/]+)(${Zi}*=${Zi}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),Gs=/'/g,Ks=/"/g,Xs=/^(?:script|style|textarea|title)$/i,Qi=i=>(t,...s)=>({_$litType$:i,strings:t,values:s}),m=Qi(1),E=Qi(2),Mh=Qi(3),Te=Symbol.for("lit-noChange"),se=Symbol.for("lit-nothing"),Js=new WeakMap,Ke=Je.createTreeWalker(Je,129);ea=(i,t)=>{let s=i.length-1,e=[],a,h=t===2?"<svg>":t===3?"<math>":"",r=Ot;for(let n=0;n<s;n++){let b=i[n],p,l,o=-1,M=0;for(;M<b.length&&(r.lastIndex=M,l=r.exec(b),l!==null);)M=r.lastIndex,r===Ot?l[1]==="!--"?r=Zs:l[1]!==void 0?r=Ws:l[2]!==void 0?(Xs.test(l[2])&&(a=RegExp("</"+l[2],"g")),r=Ge):l[3]!==void 0&&(r=Ge):r===Ge?l[0]===">"?(r=a??Ot,o=-1):l[1]===void 0?o=-2:(o=r.lastIndex-l[2].length,p=l[1],r=l[3]===void 0?Ge:l[3]==='"'?Ks:Gs):r===Ks||r===Gs?r=Ge:r===Zs||r===Ws?r=Ot:(r=Ge,a=void 0);let g=r===Ge&&i[n+1].startsWith("/>")?" ":"";h+=r===Ot?b+Or:o>=0?(e.push(p),b.slice(0,o)+Gi+b.slice(o)+Oe+g):b+Oe+(o===-2?n:g)}return[Ys(i,h+(i[s]||"<?>")+(t===2?"</svg>":t===3?"</math>":"")),e]},Nt=class i{constructor({strings:t,_$litType$:s},e){let a;this.parts=[];let h=0,r=0,n=t.length-1,b=this.parts,[p,l]=ea(t,s);if(this.el=i.createElement(p,e),Ke.currentNode=this.el.content,s===2||s===3){let o=this.el.content.firstChild;o.replaceWith(...o.childNodes)}for(;(a=Ke.nextNode())!==null&&b.length<n;){if(a.nodeType===1){if(a.hasAttributes())for(let o of a.getAttributeNames())if(o.endsWith(Gi)){let M=l[r++],g=a.getAttribute(o).split(Oe),z=/([.?@])?(.*)/.exec(M);b.push({type:1,index:h,name:z[2],strings:g,ctor:z[1]==="."?hi:z[1]==="?"?li:z[1]==="@"?ni:Xe}),a.removeAttribute(o)}else o.startsWith(Oe)&&(b.push({type:6,index:h}),a.removeAttribute(o));if(Xs.test(a.tagName)){let o=a.textContent.split(Oe),M=o.length-1;if(M>0){a.textContent=ri?ri.emptyScript:"";for(let g=0;g<M;g++)a.append(o[g],Bt()),Ke.nextNode(),b.push({type:2,index:++h});a.append(o[M],Bt())}}}else if(a.nodeType===8)if(a.data===Ki)b.push({type:2,index:h});else{let o=-1;for(;(o=a.data.indexOf(Oe,o+1))!==-1;)b.push({type:7,index:h}),o+=Oe.length-1}h++}}static createElement(t,s){let e=Je.createElement("template");return e.innerHTML=t,e}};oi=class{constructor(t,s){this._$AV=[],this._$AN=void 0,this._$AD=t,this._$AM=s}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(t){let{el:{content:s},parts:e}=this._$AD,a=(t?.creationScope??Je).importNode(s,!0);Ke.currentNode=a;let h=Ke.nextNode(),r=0,n=0,b=e[0];for(;b!==void 0;){if(r===b.index){let p;b.type===2?p=new rt(h,h.nextSibling,this,t):b.type===1?p=new b.ctor(h,b.name,b.strings,this,t):b.type===6&&(p=new ci(h,this,t)),this._$AV.push(p),b=e[++n]}r!==b?.index&&(h=Ke.nextNode(),r++)}return Ke.currentNode=Je,a}p(t){let s=0;for(let e of this._$AV)e!==void 0&&(e.strings!==void 0?(e._$AI(t,e,s),s+=e.strings.length-2):e._$AI(t[s])),s++}},rt=class i{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(t,s,e,a){this.type=2,this._$AH=se,this._$AN=void 0,this._$AA=t,this._$AB=s,this._$AM=e,this.options=a,this._$Cv=a?.isConnected??!0}get parentNode(){let t=this._$AA.parentNode,s=this._$AM;return s!==void 0&&t?.nodeType===11&&(t=s.parentNode),t}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(t,s=this){t=Qe(this,t,s),Pt(t)?t===se||t==null||t===""?(this._$AH!==se&&this._$AR(),this._$AH=se):t!==this._$AH&&t!==Te&&this._(t):t._$litType$!==void 0?this.$(t):t.nodeType!==void 0?this.T(t):Qs(t)?this.k(t):this._(t)}O(t){return this._$AA.parentNode.insertBefore(t,this._$AB)}T(t){this._$AH!==t&&(this._$AR(),this._$AH=this.O(t))}_(t){this._$AH!==se&&Pt(this._$AH)?this._$AA.nextSibling.data=t:this.T(Je.createTextNode(t)),this._$AH=t}$(t){let{values:s,_$litType$:e}=t,a=typeof e=="number"?this._$AC(t):(e.el===void 0&&(e.el=Nt.createElement(Ys(e.h,e.h[0]),this.options)),e);if(this._$AH?._$AD===a)this._$AH.p(s);else{let h=new oi(a,this),r=h.u(this.options);h.p(s),this.T(r),this._$AH=h}}_$AC(t){let s=Js.get(t.strings);return s===void 0&&Js.set(t.strings,s=new Nt(t)),s}k(t){Ji(this._$AH)||(this._$AH=[],this._$AR());let s=this._$AH,e,a=0;for(let h of t)a===s.length?s.push(e=new i(this.O(Bt()),this.O(Bt()),this,this.options)):e=s[a],e._$AI(h),a++;a<s.length&&(this._$AR(e&&e._$AB.nextSibling,a),s.length=a)}_$AR(t=this._$AA.nextSibling,s){for(this._$AP?.(!1,!0,s);t!==this._$AB;){let e=Fs(t).nextSibling;Fs(t).remove(),t=e}}setConnected(t){this._$AM===void 0&&(this._$Cv=t,this._$AP?.(t))}},Xe=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(t,s,e,a,h){this.type=1,this._$AH=se,this._$AN=void 0,this.element=t,this.name=s,this._$AM=a,this.options=h,e.length>2||e[0]!==""||e[1]!==""?(this._$AH=Array(e.length-1).fill(new String),this.strings=e):this._$AH=se}_$AI(t,s=this,e,a){let h=this.strings,r=!1;if(h===void 0)t=Qe(this,t,s,0),r=!Pt(t)||t!==this._$AH&&t!==Te,r&&(this._$AH=t);else{let n=t,b,p;for(t=h[0],b=0;b<h.length-1;b++)p=Qe(this,n[e+b],s,b),p===Te&&(p=this._$AH[b]),r||=!Pt(p)||p!==this._$AH[b],p===se?t=se:t!==se&&(t+=(p??"")+h[b+1]),this._$AH[b]=p}r&&!a&&this.j(t)}j(t){t===se?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,t??"")}},hi=class extends Xe{constructor(){super(...arguments),this.type=3}j(t){this.element[this.name]=t===se?void 0:t}},li=class extends Xe{constructor(){super(...arguments),this.type=4}j(t){this.element.toggleAttribute(this.name,!!t&&t!==se)}},ni=class extends Xe{constructor(t,s,e,a,h){super(t,s,e,a,h),this.type=5}_$AI(t,s=this){if((t=Qe(this,t,s,0)??se)===Te)return;let e=this._$AH,a=t===se&&e!==se||t.capture!==e.capture||t.once!==e.once||t.passive!==e.passive,h=t!==se&&(e===se||a);a&&this.element.removeEventListener(this.name,this,e),h&&this.element.addEventListener(this.name,this,t),this._$AH=t}handleEvent(t){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,t):this._$AH.handleEvent(t)}},ci=class{constructor(t,s,e){this.element=t,this.type=6,this._$AN=void 0,this._$AM=s,this.options=e}get _$AU(){return this._$AM._$AU}_$AI(t){Qe(this,t)}},ta={M:Gi,P:Oe,A:Ki,C:1,L:ea,R:oi,D:Qs,V:Qe,I:rt,H:Xe,N:li,U:ni,B:hi,F:ci},Br=Wi.litHtmlPolyfillSupport;Br?.(Nt,rt),(Wi.litHtmlVersions??=[]).push("3.3.3");ia=(i,t,s)=>{let e=s?.renderBefore??t,a=e._$litPart$;if(a===void 0){let h=s?.renderBefore??null;e._$litPart$=a=new rt(t.insertBefore(Bt(),h),h,void 0,s??{})}return a._$AI(i),a}});var Xi,F,Pr,sa=w(()=>{Dt();Dt();Be();Be();Xi=globalThis,F=class extends De{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let t=super.createRenderRoot();return this.renderOptions.renderBefore??=t.firstChild,t}update(t){let s=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(t),this._$Do=ia(s,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return Te}};F._$litElement$=!0,F.finalized=!0,Xi.litElementHydrateSupport?.({LitElement:F});Pr=Xi.litElementPolyfillSupport;Pr?.({LitElement:F});(Xi.litElementVersions??=[]).push("4.2.2")});var aa=w(()=>{});var P=w(()=>{Dt();Be();sa();aa()});var Q,ra=w(()=>{Q=i=>(t,s)=>{s!==void 0?s.addInitializer(()=>{customElements.define(i,t)}):customElements.define(i,t)}});function y(i){return(t,s)=>typeof s=="object"?Lr(i,t,s):((e,a,h)=>{let r=a.hasOwnProperty(h);return a.constructor.createProperty(h,e),r?Object.getOwnPropertyDescriptor(a,h):void 0})(i,t,s)}var Nr,Lr,Yi=w(()=>{Dt();Nr={attribute:!0,type:String,converter:It,reflect:!1,hasChanged:ai},Lr=(i=Nr,t,s)=>{let{kind:e,metadata:a}=s,h=globalThis.litPropertyMetadata.get(a);if(h===void 0&&globalThis.litPropertyMetadata.set(a,h=new Map),e==="setter"&&((i=Object.create(i)).wrapped=!0),h.set(s.name,i),e==="accessor"){let{name:r}=s;return{set(n){let b=t.get.call(this);t.set.call(this,n),this.requestUpdate(r,b,i,!0,n)},init(n){return n!==void 0&&this.C(r,void 0,i,n),n}}}if(e==="setter"){let{name:r}=s;return function(n){let b=this[r];t.call(this,n),this.requestUpdate(r,b,i,!0,n)}}throw Error("Unsupported decorator location: "+e)}});var oa=w(()=>{Yi();});var ha=w(()=>{});var ot=w(()=>{});var la=w(()=>{ot();});var na=w(()=>{ot();});var ca=w(()=>{ot();});var da=w(()=>{ot();});var ma=w(()=>{ot();});var ne=w(()=>{ra();Yi();oa();ha();la();na();ca();da();ma()});function N(i,t,s){return i?t(i):s?.(i)}var fa=w(()=>{});var Ce=w(()=>{fa()});var m3,va,pa=w(()=>{Be();({I:m3}=ta),va=i=>i.strings===void 0});var ht,Ye,Ze,lt=w(()=>{ht={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},Ye=i=>(...t)=>({_$litDirective$:i,values:t}),Ze=class{constructor(t){}get _$AU(){return this._$AM._$AU}_$AT(t,s,e){this._$Ct=t,this._$AM=s,this._$Ci=e}_$AS(t,s){return this.update(t,s)}update(t,s){return this.render(...s)}}});function Rr(i){this._$AN!==void 0?(mi(this),this._$AM=i,ua(this)):this._$AM=i}function Ur(i,t=!1,s=0){let e=this._$AH,a=this._$AN;if(a!==void 0&&a.size!==0)if(t)if(Array.isArray(e))for(let h=s;h<e.length;h++)Lt(e[h],!1),mi(e[h]);else e!=null&&(Lt(e,!1),mi(e));else Lt(this,i)}var Lt,mi,ua,Fr,fi,ga=w(()=>{pa();lt();lt();Lt=(i,t)=>{let s=i._$AN;if(s===void 0)return!1;for(let e of s)e._$AO?.(t,!1),Lt(e,t);return!0},mi=i=>{let t,s;do{if((t=i._$AM)===void 0)break;s=t._$AN,s.delete(i),i=t}while(s?.size===0)},ua=i=>{for(let t;t=i._$AM;i=t){let s=t._$AN;if(s===void 0)t._$AN=s=new Set;else if(s.has(i))break;s.add(i),Fr(t)}};Fr=i=>{i.type==ht.CHILD&&(i._$AP??=Ur,i._$AQ??=Rr)},fi=class extends Ze{constructor(){super(...arguments),this._$AN=void 0}_$AT(t,s,e){super._$AT(t,s,e),ua(this),this.isConnected=t._$AU}_$AO(t,s=!0){t!==this.isConnected&&(this.isConnected=t,t?this.reconnected?.():this.disconnected?.()),s&&(Lt(this,t),mi(this))}setValue(t){if(va(this._$Ct))this._$Ct._$AI(t,this);else{let s=[...this._$Ct._$AH];s[this._$Ci]=t,this._$Ct._$AI(s,this,0)}}disconnected(){}reconnected(){}}});var za=w(()=>{ga()});var _a=w(()=>{lt()});var ba=w(()=>{Be()});var es,A,W=w(()=>{za();_a();ba();es=class extends fi{host;element;prevData={};eventData={};render(t){return se}update(t,[s]){this.element!==t.element&&(this.element=t.element),this.host=t.options?.host??this.element,this.apply(s),this.groom(s),this.prevData={...s}}apply(t){if(!t)return;let{prevData:s,element:e}=this;for(let[a,h]of Object.entries(t)){if(h===s[a])continue;let r=a.slice(1);switch(a[0]){case"@":this.eventData[r]=h,this.applyEvent(r,h);break;case".":e[r]=h;break;case"?":h?e.setAttribute(r,""):e.removeAttribute(r);break;default:h===null?e.removeAttribute(a):e.setAttribute(a,String(h));break}}}groom(t){let{prevData:s,element:e}=this;if(s)for(let[a,h]of Object.entries(s)){let r=a.slice(1);if(!t||!(a in t)&&e[r]===h)switch(a[0]){case"@":this.groomEvent(r,h);break;case".":e[r]=void 0;break;case"?":e.removeAttribute(r);break;default:e.removeAttribute(a);break}}}applyEvent(t,s){let{prevData:e,element:a}=this;this.eventData[t]=s,e[t]&&a.removeEventListener(t,this,s),a.addEventListener(t,this,s)}groomEvent(t,s){let{element:e}=this;Reflect.deleteProperty(this.eventData,t),e.removeEventListener(t,this,s)}handleEvent(t){let s=this.eventData[t.type];typeof s=="function"?s.call(this.host,t):s.handleEvent(t)}disconnected(){let{eventData:t,element:s}=this;for(let[e,a]of Object.entries(t)){let h=e.slice(1);s.removeEventListener(h,this,a)}}reconnected(){let{eventData:t,element:s}=this;for(let[e,a]of Object.entries(t)){let h=e.slice(1);s.addEventListener(h,this,a)}}},A=Ye(es)});function vi(i={}){return m`<svg
		${A(i)}
		aria-hidden="true"
		role="img"
		width="14"
		height="14"
		viewBox="0 0 7 7"
		fill="none"
		xmlns="http://www.w3.org/2000/svg"
	>
		${qr}
	</svg>`}var qr,ya=w(()=>{P();W();qr=E`
	<path d="M5.688 3.5v.438H5.25v.438h-.438V1.313h-.438V.875h-.436V.438H3.5v6.125h2.625v-.438H5.25v-.438h.438v-.438h.438v-.438h.438V3.5z" fill="#b79cf8"/>
	<path d="M3.063.438v.438h-.438v.438h-.437v3.5h-.875v-.438H.438v1.75h.438v.438h2.625V.438z" fill="#ff7fc0"/>
	<path d="M3.938 0h-.875v.438h.875zm-.875.438h-.438v.438h.438z" fill="#000"/>
	<path d="M3.938.438h-.875v.438h.875zm-.875.437h-.438v.438h.438zm0 1.75h-.438v.438h.438z" fill="#f0f0f0"/>
	<path d="M2.188 5.25H1.75v.438h.438z" fill="#ffa5d3"/>
	<path d="M2.625 5.25h-.437v.438h.438zm-1.75.438H.438v.438h.438zm2.625.438H.875v.438H3.5z" fill="#ff1c90"/>
	<path d="M1.75 5.688h-.437v.438h.438zm-.438-.438H.875v.438h.438zm1.313-.875V3.5h-.437v1.313h.438v1.313h.438v-1.75zm.438-3.5v1.313h-.438v.438h.438v1.313h.438V.875z" fill="#ffa5d3"/>
	<path d="M6.125 3.5h-.438v.438h.438zm-.438.438h-.438v.438h.438zm-3.5.875h-.874v.438h.875zm-.875-.438H.438v.438h.875z" fill="#f0f0f0"/>
	<path d="M.875 5.25v-.875H.438v.875z" fill="#f0f0f0"/>
	<path d="M4.813 1.313h-.438v.438h.438z" fill="#cdbafa"/>
	<path d="M2.625 1.313h-.437v1.313h.438z" fill="#f0f0f0"/>
	<path d="M4.375.438h-.437v.438h.438zm.438.438h-.438v.438h.438zM2.625 4.814h-.437v.438h.438zm3.938 0h-.438v.438h.438zm-.875.438v.438H5.25v.438h.875v-.875zm.438.875v.438H.875v.438h5.688v-.875zM.875 6.125H.438v.438h.438zM7 3.062H5.687V3.5H7zm-5.687.876H0v.438h1.313z" fill="#000"/>
	<path d="M.438 6.125V3.938H0v2.188zm6.563-1.313V3.5h-.438v1.313zM2.625.875h-.437v.438h.438zm-.875.438v3.063h-.437v.438h.875V1.313zm3.5 2.188V1.313h-.438v3.063h.438v-.438h.438V3.5z" fill="#000"/>
	<path d="M3.938.875H3.5v.875h.438zm.438 1.75V1.75h-.438V3.5h.438v.438h.438V2.625zm.875 1.75h-.438v.438h.438zm-1.313 0H3.5v1.313h.438zm.875 1.313h-.438v.438h.438zm0-.875h-.438v.438h.438zm.438.438h-.438v.438h.438z" fill="#cdbafa"/>
	<path d="M5.25 6.125v-.438h-.438v.438H3.5v.438h2.625v-.438zm.438-.875H5.25v.438h.438zm.438-.438h-.438v.438h.438z" fill="#816bee"/>
`});function pi(i={}){return m`<svg
		${A(i)}
		aria-hidden="true"
		role="img"
		width="14"
		height="14"
		viewBox="0 0 7 7"
		fill="none"
		xmlns="http://www.w3.org/2000/svg"
	>
		${Zr}
	</svg>`}var Zr,Ma=w(()=>{P();W();Zr=E`
	<path d="M4.375 1.75v-.437h-.437V.438h-.875v.875h-.438v.438h-.437v.438h.438v.438h.438v.438h.875v-.44h.438v-.437h.438V1.75z" fill="#47baff"/>
	<path d="M4.375 5.25v.438h-.437v.875h-.875v-.875h-.438V5.25h-.437v-.438h.438v-.438h.438v-.436h.875v.438h.438v.438h.438v.438z" fill="#ff2c52"/>
	<path d="M3.063 0v.438h.875V0z" fill="#000"/>
	<path d="M3.063.438v.438h.875V.438z" fill="#f0f0f0"/>
	<path d="M3.063 2.625v.438h.875v-.438z" fill="#4282d8"/>
	<path d="M3.063.438h-.438v.875h.438zM.438 3.063H0v.875h.438zm.875 0v-.438H.438v.438zm1.313-1.75h-.438v.438h.438z" fill="#000"/>
	<path d="M2.625 1.75h-.437v.438h.438zm.438-.438h-.438v.438h.438zm0 2.625v.438h.875v-.437z" fill="#f0f0f0"/>
	<path d="M3.063 6.125v.438h.875v-.438zm0-.875h-.438v.438h.438zm-.438-.438h-.437v.438h.438z" fill="#be0351"/>
	<path d="M3.063 4.375h-.438v.438h.438z" fill="#f0f0f0"/>
	<path d="M3.938 5.688h.438V5.25h-.438zm.438-.438h.438v-.438h-.438zm-.438-.438h.438v-.438h-.438z" fill="#be0351"/>
	<path d="M3.5 1.75h-.437v.438h.438z" fill="#f0f0f0"/>
	<path d="M4.375 2.188h-.437v.438h.438zm.438-.438h-.438v.438h.438z" fill="#4282d8"/>
	<path d="M5.25 4.375h.438v-.437h.875v-.875h-.875v-.438H5.25v-.437h-.438v.438h-.438v.438h-.436v.875h.438v.438h.438v.438h.438z" fill="#C7C7C7"/>
	<path d="M6.563 3.063h-.438v.875h.438z" fill="#707070"/>
	<path d="M5.25 2.625v-.437h-.438v.438zm-.438.438v-.438h-.438v.438z" fill="#fff"/>
	<path d="M4.813 4.375v-.437h-.438v.438zm-.438-.438V3.5h-.437v.438zm1.313.438v-.437H5.25v.438zm-.438.438v-.438h-.438v.438z" fill="#707070"/>
	<path d="M1.75 4.375h-.437v-.437H.438v-.875h.875v-.438h.438v-.437h.438v.438h.438v.438h.438v.875h-.44v.438h-.437v.438H1.75z" fill="#C7C7C7"/>
	<path d="M.438 3.938h.438v-.875H.438z" fill="#fff"/>
	<path d="M2.625 3.938h.438v-.875h-.438z" fill="#707070"/>
	<path d="M2.188 2.625v-.437H1.75v.438zm-.438.438v-.438h-.437v.438zm.438.438v-.438H1.75v.438z" fill="#fff"/>
	<path d="M2.625 4.375v-.437h-.437v.438zm-.438.438v-.438H1.75v.438z" fill="#707070"/>
	<path d="M2.188 1.75H1.75v.438h.438zm.438.438h-.438v.438h.438zm.438.438h-.439v.438h.438zm.875.438h-.876v.875h.875zm.438.875h-.439v.438h.438zm.438.438h-.438v.438h.438zM1.75 2.188h-.437v.438h.438zm2.188 4.813v-.438h-.875v.438zm-.875-1.313h-.438v.875h.438zM.438 3.938v.438h.875v-.438zm2.188 1.313h-.438v.438h.438zm-.438-.438H1.75v.438h.438zm-.438-.438h-.437v.438h.438zm2.188-3.063h.438V.438h-.438zm2.625 2.625h.438v-.874h-.438zm0-.875v-.437h-.875v.438zM4.375 1.749h.438v-.436h-.438zm.438.438h.438V1.75h-.438zm-.438.438h.438v-.437h-.438zm-.437.438h.438v-.438h-.438zM2.625 4.376h.438v-.438h-.438zm-.438.438h.438v-.438h-.437z" fill="#000"/>
	<path d="M4.813 2.188h.438V1.75h-.438zm.438.438h.438v-.438h-.438zM3.938 6.564h.438v-.875h-.438zm1.75-2.625v.438h.875v-.439zm-1.313 1.75h.438v-.438h-.438zm.438-.438h.438v-.438h-.438zm.438-.438h.438v-.438h-.438z" fill="#000"/>
`});function ui(i={}){return m`<svg
		${A(i)}
		aria-hidden="true"
		role="img"
		width="14"
		height="14"
		viewBox="0 0 7 7"
		fill="none"
		xmlns="http://www.w3.org/2000/svg"
	>
		${Wr}
	</svg>`}var Wr,xa=w(()=>{P();W();Wr=E`
	<path d="M6.125 3.063v-.438h-.438v.438H4.374v-.438h-.436V1.313h.438V.875H3.063v1.75h-.438v.438H.438v.875h.438v.438h.438v-.438h1.313v.438h.438v1.313h-.44v.438h.438v.438h.875v-.438h.438v-.438h-.438V4.376h.438v-.438h1.313v.438h.438v-.438h.438v-.875z" fill="#ffb84b"/>
	<path d="M3.938 0h-.875v.438h.875zM2.625.875H1.313v.438h1.313zm-1.312.438H.875v1.313h.438zm1.75 0h-.438v1.313h.438zm1.313 0h-.438v1.313h.438zm1.75 0h-.438v1.313h.438zM5.688.875H4.375v.438h1.313zm-3.063 1.75H1.313v.438h1.313zm3.063 0H4.375v.438h1.313zM3.063.438h-.438v.438h.438z" fill="#000"/>
	<path d="M2.625 1.313h-.437v.438h.438zm-.437.437H1.75v.438h.438zm3.5-.438H5.25v.438h.438zm-.438.438h-.438v.438h.438zm.438 2.625H5.25v.438h.438zm-.438.438h-.438v.438h.438zm-2.625-.438h-.437v.438h.438zm-.438.438H1.75v.438h.438z" fill="#57595f"/>
	<path d="M4.375.438h-.437v.438h.438zM.438 3.063H0v.875h.438z" fill="#000"/>
	<path d="M2.188 1.75v.438h-.875v.438h1.313V1.75zm3.063 0v.438h-.875v.438h1.313V1.75zM2.188 4.813v.438h-.875v.438h1.313v-.875zm3.063 0v.438h-.875v.438h1.313v-.875z" fill="#35363a"/>
	<path d="M.875 3.938H.438v.438h.438zm0-1.313H.438v.438h.438zM7 3.063h-.438v.875H7z" fill="#000"/>
	<path d="M6.563 3.063h-.438v.875h.438z" fill="#ba3500"/>
	<path d="M.875 3.063H.438v.875h.438z" fill="#f0f0f0"/>
	<path d="M6.563 2.625h-.438v.438h.438zm0 1.313h-.438v.438h.438z" fill="#000"/>
	<path d="M6.125 3.938h-.438v.438h.438zm-3.062 0h-.438v.438h.438zm-1.75 0H.875v.438h.438zm3.063 0h-.438v.438h.438z" fill="#ba3500"/>
	<path d="M3.938 6.563h-.875v.438h.875zm-1.313-.875H1.313v.438h1.313zM1.312 4.375H.875v1.313h.438zm1.75 0h-.437v1.313h.438zm1.313 0h-.437v1.313h.438zm1.75 0h-.438v1.313h.438zm-.438 1.313H4.374v.438h1.313zm-3.062-1.75H1.313v.438h1.313zm3.063 0H4.375v.438h1.313z" fill="#000"/>
	<path d="M2.625 3.5H1.313v.438h1.313zm3.063 0H4.375v.438h1.313z" fill="#ba3500"/>
	<path d="M3.063 6.125h-.438v.438h.438zm1.313 0h-.438v.438h.438z" fill="#000"/>
	<path d="M3.938 6.125h-.875v.438h.875z" fill="#ba3500"/>
	<path d="M3.938.438h-.875v.438h.875zm-.875.437h-.438v.438h.438V.438Z" fill="#f0f0f0"/>
	<path d="M4.375 5.688h-.437v.438h.438z" fill="#ba3500"/>
	<path d="M2.188 1.313h-.875v.875h.438V1.75h.438zm3.063 0h-.875v.875h.438V1.75h.438zM2.188 4.376h-.875v.875h.438v-.438h.438zm3.063 0h-.875v.875h.438v-.438h.438z" fill="#d8d8d8"/>
	<path d="M3.938 2.188V1.75H3.5V.875h-.437v1.313zm0 .438H3.5v.438h-.437v.438h-.438v.438h.438v.875h.438v1.313h.438v-1.75H3.5V3.5h.875v-.437h-.437zm2.188.438h-.438v.438h.438zm-3.063-.439h-.438v.438h.438zm-1.75.438H.875v.438h.438zm.875 0H1.75v.438h.438z" fill="#fd6214"/>
`});function gi(i={}){return m`<svg
		${A(i)}
		aria-hidden="true"
		role="img"
		width="14"
		height="14"
		viewBox="0 0 7 7"
		fill="none"
		xmlns="http://www.w3.org/2000/svg"
	>
		${Gr}
	</svg>`}var Gr,wa=w(()=>{P();W();Gr=E`
	<path d="M5.688 2.625V1.75H5.25V.438h-.438v.438h-.438v.438h-.436v.438H3.5v.438H1.313v.438H.875v.875H.438v1.75h.438v.438h.438v.438h.438v.438h3.5v-.438h.438v-.438h.438V2.625z" fill="#fd6214"/>
	<path d="M0 3.5v1.75h.438V3.5zm6.563.438v1.313h.438V3.938zm-.438-1.313v1.313h.438V2.625zm-.438-.875v.875h.438V1.75z" fill="#000"/>
	<path d="M6.125 3.938v1.313h.438V3.938zm-.438-1.313v1.313h.438V2.625zm-.438-.875v.875h.438V1.75z" fill="#ba3500"/>
	<path d="M.438 2.625V3.5h.438v-.875zm2.625-1.313h-.438v.438h.438zm.875 0H3.5v.438h.438zM3.5 1.75h-.437v.438h.438zm-2.625.438v.438h.438v-.438zM.437 5.251v.438h.438v-.438zm.438.438v.438h.438v-.438zm.438.438v.438h.438v-.438zm4.813-.875v.438h.438v-.438zm-.438.438v.438h.438V5.69zm-.438.438v.438h.438v-.438zm-3.5.438v.438h3.5v-.438zM1.313 1.75v.438h.438V1.75zm.438-.438v.438h.438v-.437zm.438-.438v.438h.438V.875zm1.75 0v.438h.438V.875zm.438-.438v.438h.438V.438zm.438-.438v.438h.438V0z" fill="#000"/>
	<path d="M4.813.438v.438h.438V.438zm-.438.438v.438h.438V.875zm-.437.437v.438h.438v-.438zM3.5 1.75v.438h.438V1.75zm-1.312-.437v.438h.438v-.438zm-.438.437v.438h.438V1.75zm.875 0v.438h.438V1.75z" fill="#f0f0f0"/>
	<path d="M2.188 1.75v.438h.438V1.75z" fill="#fd6214"/>
	<path opacity=".5" d="M4.813 1.75v.438h.438V1.75zm.438 2.188V3.5h-.438v-.875h-.438v.438h-.437v.438H2.625v-.438h-.437v.875h-.875v.875h.438v.875h.438v.438h2.625v-.438h.438v-.875h.438v-.875z" fill="#fff"/>
	<path d="M1.313 2.188v.438h.438v-.438zm-.438.437V3.5h.438v-.875zm.875.875v.438h.438V3.5z" fill="#f0f0f0"/>
	<path d="M.875 5.25v.438h.438V5.25zm.438.438v.438h.438v-.438zm3.938 0v.438h.438v-.438zm.438-.438v.438h.438V5.25zm-3.938.875v.438h3.5v-.438z" fill="#ba3500"/>
	<path d="M.438 3.5v.875h.438V3.5zm4.375.875h-.438v-.437h-1.75v.438h-.437v.875h.438v.438h1.75v-.438h.438z" fill="#f0f0f0"/>
	<path d="M5.25.438v1.313h.438V.438z" fill="#000"/>
`});function zi(i={}){return m`<svg
		${A(i)}
		aria-hidden="true"
		role="img"
		width="14"
		height="14"
		viewBox="0 0 7 7"
		fill="none"
		xmlns="http://www.w3.org/2000/svg"
	>
		${Kr}
	</svg>`}var Kr,Ha=w(()=>{P();W();Kr=E`
	<path d="M6.563.875h-.438V.438H4.812v1.313h-.438V.875h-.436V.438h-.875v.438h-.438v.875h-.437V.438H.875v.438H.438v1.75h.438v.438h.875v.438h.438v.875h.438v.438h.438v.438h.875v-.438h.438v-.438h.438V3.5h.438v-.437h.875v-.438h.438z" fill="#ff7fc0"/>
	<path d="M3.938 0h-.875v.438h.875zm-1.75 0H.875v.438h1.313zm3.938 0H4.813v.438h1.313zm.438.438h-.438v.438h.438zm.438.438h-.438v1.75h.438zM4.377.438h-.439v.438h.438v.875h.438V.438zm-2.189 0v1.313h.438V.875h.438V.438zm-1.313 0H.438v.438h.438zM.438.875H0v1.75h.438zm.438 1.75H.438v.438h.438zm.875.438H.875v.438h.875zm4.375 0h-.875v.438h.875zm.438-.438h-.438v.438h.438zM5.251 3.938V3.5h-.438v.875h1.75v-.437zM1.75 3.5v.438H.438v.438h1.75V3.5zm-1.313.875H0v1.75h.438zm.438 1.75H.438v.438h.438zm5.25.438H.875v.438h5.25zm.438-.438h-.438v.438h.438zm.438-1.75h-.438v1.75h.438zm-4.376 0h-.437v.438h.438zm.438.438h-.438v.438h.438zm1.313 0h-.438v.438h.438zm.438-.438h-.438v.438h.438zm-.875.875h-.876v.438h.875z" fill="#000"/>
	<path d="M4.813 4.375v.438h-.438v.438h-.437v.438h-.875v-.438h-.438v-.438h-.437v-.438H.438v1.75h.438v.438h5.25v-.438h.438v-1.75z" fill="#6be473"/>
	<path d="M1.75 5.25h-.437v.438h.438zm-.438-.438H.875v.438h.438zM5.25 6.125v-.438h-.438v.438h-.874v-.438h-.875v.438h-.875v-.438H1.75v.438H.875v.438h5.25v-.438zm.438-.875H5.25v.438h.438zm.438-.438h-.438v.438h.438zm.438.875h-.438v.438h.438z" fill="#008456"/>
	<path d="M2.625 3.938h-.437v.438h.438zm.438.438h-.438v.438h.438zm1.313 0h-.438v.438h.438zm.438-.438h-.438v.438h.438zm.438-.875h-.438v.438h.438zm.875-.438h-.438v.438h.438zm.438-.875h-.438v.875h.438zM3.94 4.813h-.877v.438h.875z" fill="#ff1c90"/>
	<path d="M4.375 5.25h-.437v.438h.438zm.438-.438h-.438v.438h.438zm.438-.438h-.438v.438h.438zm-4.813.001v.875h.438v-.438h1.313v-.438zm.438-3.5H.438v.875h.438zM2.189.437H.875v.438h1.313zm.875.438h-.439v.438h.438zm.875-.438h-.876v.438h.875zm1.313 0h-.438v.875h.438V.875h.875V.438z" fill="#f0f0f0"/>
`});function _i(i={}){return m`<svg
		${A(i)}
		aria-hidden="true"
		role="img"
		width="14"
		height="14"
		viewBox="0 0 7 7"
		fill="none"
		xmlns="http://www.w3.org/2000/svg"
	>
		${Jr}
	</svg>`}var Jr,$a=w(()=>{P();W();Jr=E`
	<path d="M3.063.875v.438h.875V.875zm.875-.438v.438h1.75V.438zm1.75.438v.438h.438V.875zm.438.438v.438h.438v-.438zm.438.438v2.188h.438V1.75zm-.438 2.188v.875h.438v-.876zm-.438.875v.438h.438v-.438zm-.875.438v.438h.875v-.438zm-.875.438v.438h.875V5.69zm-.875.438v.438h.875v-.438z" fill="#000"/>
	<path d="M6.563 1.75h-.438v-.437h-.438V.875H3.938v.438h-.875V.875h-1.75v.438H.875v.438H.438v2.188h.438v.875h.438v.438h.875v.438h.875v.438h.875V5.69h.875v-.438h.875v-.438h.438v-.876h.438z" fill="#ff7fc0"/>
	<path d="M6.563 1.75h-.438v2.188h.438zm-.438 2.188h-.438v.875h.438zm-4.812 0H.875v.875h.438zm4.375.875h-.875v.438h.875zm-.875.438h-.875v.438h.875zm-.875.438h-.875v.438h.875zm-.875-.438h-.875v.438h.875zm-.875-.438h-.875v.438h.875z" fill="#ff1b90"/>
	<path d="M1.313.438v.438h1.75V.438zM.875.875v.438h.438V.875zm-.437.438v.438h.438v-.438zM0 1.75v2.188h.438V1.75zm.438 2.188v.875h.438v-.875zm.438.875v.438h.438v-.438zm.438.438v.438h.875v-.438zm.875.438v.438h.875v-.438z" fill="#000"/>
	<path d="M1.313.875v.438h1.75V.875zm2.625 0v.438h1.75V.875zm-.875.438v.438h.875v-.438z" fill="#f0f0f0"/>
	<path opacity=".6" d="M4.813 2.625v-.437h-.875v.438h-.875v-.438h-.875v.438H1.75v1.313h.438v.438h.879v.438h.875v-.438h.871v-.439h.438V2.625z" fill="#fff"/>
	<path d="M5.688 1.313v.438h.438v-.438zm-4.813 0v.438h.438v-.438zm.438.438v.438h.438V1.75zM.438 1.75v.875h.438V1.75z" fill="#f0f0f0"/>
`});function bi(i={}){return m`<svg
		${A(i)}
		aria-hidden="true"
		role="img"
		width="14"
		height="14"
		viewBox="0 0 7 7"
		fill="none"
		xmlns="http://www.w3.org/2000/svg"
	>
		${Qr}
	</svg>`}var Qr,ka=w(()=>{P();W();Qr=E`
	<path d="M6.125 2.625v.438H4.812v-.438h-.438v-.437h-.436V.875h.438V.438H.438v.438h.875v.438h.438v.438h.875v.875h-.438v.438H1.75v.875h-.437v.875H.875v.875H.438v.875h1.313v-.438h.875v-.438h.438v-.438h.438v-.438h.875v-.438h.438v-.437h.438v.438h.438v.438h.438v.438h.438V2.625z" fill="#ffe361"/>
	<path d="M6.125 0H4.812v.438h1.313zM1.75 6.563H.438v.438h1.313zm.875-.438H1.75v.438h.875zM1.313.875H.438v.438h.875zm.438.875v.438h.438v.438h.438V1.75zm0 1.313h-.438v.875h.438zm-.438.875H.875v.875h.438zm-.438.875H.438v.875h.438zm-.438.875H0v.875h.438zm3.938-.875H3.5v.438h.875zm0-4.813H.438v.438h3.938z" fill="#000"/>
	<path d="M4.375.438H.438v.438h3.938z" fill="#f0f0f0"/>
	<path d="M6.125 2.625H4.812v.438h1.313zM4.812.437h-.438v.438h.438z" fill="#000"/>
	<path d="M4.813.875h-.438v.875h.438zM6.126.437H4.813v.438h1.313z" fill="#f0f0f0"/>
	<path d="M6.125 2.188H4.812v.438h1.313z" fill="#ba3500"/>
	<path d="M.438.438H0v.438h.438zm1.313.875h-.438v.438h.438zm.438 1.313H1.75v.438h.438zM6.564.438h-.438v.438h.438zm.438.438h-.438v1.313h.438z" fill="#000"/>
	<path d="M6.563.875h-.438v1.313h.438z" fill="#ba3500"/>
	<path d="M7 2.625h-.438V5.25H7z" fill="#000"/>
	<path d="M6.563 2.625h-.438V5.25h.438z" fill="#ffb84b"/>
	<path d="M6.563 2.188h-.438v.438h.438zM4.375.875h-.437v1.313h.438zm.438 1.313h-.438v.438h.438z" fill="#000"/>
	<path d="M4.813 1.75h-.438v.438h.438z" fill="#ba3500"/>
	<path d="M3.063 5.688h-.438v.438h.438z" fill="#000"/>
	<path d="M4.375 3.063v.438h-.437v.438H3.5v.438h-.437v.438h-.438v.438h-.437v.438H1.75v.438h.875v-.438h.438v-.438h.438v-.438h.875v-.438h.438V3.063zM1.75 6.126h-.437v.438h.438z" fill="#ffb84b"/>
	<path d="M3.5 5.25h-.437v.438h.438z" fill="#000"/>
	<path d="M2.188 3.063H1.75v.438h.438zm.438-.438h-.438v.438h.438z" fill="#f0f0f0"/>
	<path d="M3.063 2.188h-.438v.438h.438zm.438-.438h-.438v.438h.438z" fill="#ffb84b"/>
	<path d="M2.625 3.5h-.437v.438h.438zm-.875.438h-.437v.438h.438zm-.438.875H.875v.438h.438zm-.438.875H.438v.438h.438z" fill="#f0f0f0"/>
	<path d="M4.813 4.375h-.438v.438h.438zm.438-.438h-.438v.438h.438zm.438.438h-.438v.438h.438zm.438.438h-.438v.438h.438zm.438.438h-.438v.438h.438z" fill="#000"/>
	<path d="M6.125.875H4.812v1.313h1.313z" fill="#fd6214"/>
`});function yi(i={}){return m`<svg
		${A(i)}
		aria-hidden="true"
		role="img"
		width="14"
		height="14"
		viewBox="0 0 7 7"
		fill="none"
		xmlns="http://www.w3.org/2000/svg"
	>
		${Xr}
	</svg>`}var Xr,Ta=w(()=>{P();W();Xr=E`
	<path d="M6.563 0.876V0.437H3.937v0.437H1.313v2.187H0.437v2.187h5.25v-2.186h0.876z" fill="#bcef42"/>
	<path d="M4.813 5.687v-0.437H2.187v0.437z" fill="#7fb134"/>
	<path d="M6.563 0.876V0.437H3.937v0.437zm-2.626 0.437V0.876H2.187v0.437z" fill="#fff"/>
	<path d="M1.313 4.813v0.437h0.876v-0.437zm4.376 -0.437h-0.437v0.876h0.437zm0.876 -2.187h-0.437v0.876h0.437zm-0.437 0.876h-0.437v1.313h0.437z" fill="#7fb134"/>
	<path d="M7 0.437h-0.437v2.626H7z" fill="#000"/>
	<path d="M1.313 3.937H0.876v2.626h0.437z" fill="#4a8359"/>
	<path d="M6.563 0H3.937v0.437h2.626zM4.813 5.687H2.187v0.437h2.626zM3.937 0.437H2.187v0.437h1.75zM2.187 0.876h-0.874v0.437h0.876zm-0.874 0.437H0.876v0.876h0.437zM0.437 3.063H0v2.187h0.437v1.313h0.437V5.25H0.437zh0.437v-0.876H0.437zm5.25 2.187h-0.876v0.437h0.876zm0.437 -0.876h-0.437v0.876h0.437zh0.437V3.063h-0.437zM1.75 5.687h0.437v-0.437h-0.874v1.313h0.437zm-0.437 0.876H0.876V7h0.437z" fill="#000"/>
	<path d="M0.876 3.063h0.437v-0.876H0.876zm-0.438 0.874h0.437v-0.874H0.437zm1.75 -2.626h-0.874v0.876h0.437v-0.437h0.437z" fill="#fff"/>
	<path d="M1.75 3.5h0.876v-0.437h-0.876zm0.876 -0.437h0.876v-0.437h-0.876zm0.876 -0.437h0.876v-0.438H3.5zm0.876 -0.437h0.437v-0.438h-0.437zm0.437 -0.437h0.437v-0.438H4.814z" fill="#4a8359"/>
	<path d="M2.187 1.75v0.437h0.437v-0.437z" fill="#fff"/>
	<path d="M1.313 3.5v0.437h0.437V3.5z" fill="#4a8359"/>
`});function Mi(i={}){return m`<svg
		${A(i)}
		aria-hidden="true"
		role="img"
		width="14"
		height="14"
		viewBox="0 0 7 7"
		fill="none"
		xmlns="http://www.w3.org/2000/svg"
	>
		${Yr}
	</svg>`}var Yr,Ca=w(()=>{P();W();Yr=E`
	<path d="M2.188 2.625H1.75v.438H.875v.875H3.5v.875h-.437v.438h-.438v.438h-.437v.438H1.75v.438h.875v-.438h.438v-.438h.438v-.438h.438v-.438h.875v-.438h.438v-.437h.875v-.875H3.063v-.438h.438v-.437h.438V1.75h.438v-.437H3.5v.438h-.437v.438h-.875z" fill="#ffe361"/>
	<path d="M.438 3.063H0v.875h.438z" fill="#000"/>
	<path d="M.875 3.063H.438v.875h.438z" fill="#f0f0f0"/>
	<path d="M7 3.063h-.438v.875H7zm-5.687-.438H.438v.438h.875zm1.313-.875H1.75v.438h.875zm-.876.438h-.437v.438h.438z" fill="#000"/>
	<path d="M1.75 2.625h-.437v.438h.438zm.438-.438H1.75v.438h.438zm.438.438h-.438v.438h.438zm.438-.875h-.439v.438h.438zm.438-.438h-.439v.438h.438zm0 3.063h-.439v.438h.438zm-.438.438h-.439v.438h.438zm-.438.438h-.438v.438h.438zm-.438.438H1.75v.438h.438zm-.438.438h-.437v.438h.438z" fill="#f0f0f0"/>
	<path d="M5.25.875h-.438v.438h.438zm.438 3.063H5.25v.438h.438zm-.438.438h-.438v.438h.438zm-.875.438h-.437v.438h.438zm-.438.438H3.5v.438h.438zm2.625-1.75h-.438v.438h.438z" fill="#ffb84b"/>
	<path d="M6.563 3.063h-.438v.438h.438z" fill="#f0f0f0"/>
	<path d="M4.813 1.313h-.438v.438h.438zm-.438.438h-.437v.438h.438zm-.437.437H3.5v.438h.438zm-.438.437h-.437v.438h.438z" fill="#ffb84b"/>
	<path d="M4.375.875h-.437v.438h.438z" fill="#f0f0f0"/>
	<path d="M3.938.875h-.875v.438h.875zm-.875.438h-.438v.438h.438zM5.688 0H4.375v.438h1.313z" fill="#000"/>
	<path d="M5.688.438H4.375v.438h1.313z" fill="#f0f0f0"/>
	<path d="M6.563 2.625H3.5v.438h3.063zM4.375.437h-.437v.438h.438zm1.75 0h-.438v.438h.438zm-.438.438h-.438v.438h.438zm-.438.438h-.438v.438h.438zm-.438.438h-.438v.438h.438zm-.438.438h-.435v.438h.438zm2.188 1.75h-.875v.438h.875zm-1.313.875h-.875v.438h.875zm.438-.438h-.438v.438h.438zm-1.75 1.313h-.873v.438h.875zm.438-.438h-.436v.438h.438zm-1.75 1.313H1.313v.438h1.313zm.875-2.625H.438v.438h3.063zm-.438 2.188h-.436v.438h.438zm-1.75 0H.875v.438h.438zm.438-.438h-.436v.438h.438zm.438-.438H1.75v.438h.438zm.438-.438h-.437v.438h.438zm.438-.438h-.438v.438h.438z" fill="#000"/>
	<path d="M4.813.875h-.438v.438h.438z" fill="#ffe361"/>
`});function xi(i={}){return m`<svg
		${A(i)}
		aria-hidden="true"
		role="img"
		width="14"
		height="14"
		viewBox="0 0 7 7"
		fill="none"
		xmlns="http://www.w3.org/2000/svg"
	>
		${eo}
	</svg>`}var eo,Ea=w(()=>{P();W();eo=E`
	<path d="M6.125 1.75v-.437H5.25V.438H3.5v.438h-.437v.438h-.438V.875H1.313v.438H.875v1.75H.438v1.313h.438v-.438h.438V3.5h2.188v-.875h.438v-.437h2.188v.438h.438V1.75z" fill="#b79cf8"/>
	<path d="M3.938 2.625v.438H3.5v.875h.438v.875h.875v.438h1.313v-.438h.438V2.625z" fill="#9af4dc"/>
	<path d="M1.75 4.375v1.75h.438v.438h1.313v-.438h.438v-1.75z" fill="#9af4dc"/>
	<path d="M3.5 6.125H2.188v.438h1.313zm2.625-1.313H4.812v.438h1.313zm.438-.438h-.438v.438h.438zM3.938 5.687H3.5v.438h.438z" fill="#6c9ca6"/>
	<path d="M3.938 3.063H3.5v.438h.438zm.875.438h-.438v.438h.438zm1.313-.875H3.938v.438h2.188z" fill="#f0f0f0"/>
	<path d="M3.5.438h-.437v.438h.438zm3.063.875h-.438v.438h.438zm-.438 2.188h-.438v.875h.438zm-2.187-.876H3.5v.438h.438z" fill="#000"/>
	<path d="M3.938 2.188H3.5v.438h.438z" fill="#816bee"/>
	<path d="M1.313 3.938H.875v.438h.438zm1.75 1.75h-.438v.438h.438zm-.438-.438h-.437v.438h.438z" fill="#000"/>
	<path d="M2.625 5.25h-.437v.438h.438zm3.063-.875H5.25v.438h.438zm-.438-.438h-.438v.438h.438zM2.187 6.125H1.75v.438h.438zm1.75 0H3.5v.438h.438zM.874 4.375H.438v.438h.438zm.438 1.75H.875v.438h.438zm-.438.438H.438v.438h.438zM6.563 1.75v.875h-.438v.438h.438v1.75h.438V1.75zM5.688.875V.438H5.25v.875h.875V.875zM2.625.438H1.313v.438h1.313zm3.063 2.625H4.375v.438h1.313zM3.063 4.376H1.75v.438h1.313zm.438 2.188H2.188v.438h1.313zM3.063.875h-.438v.438h.438zm-1.75 0H.875v.438h.438z" fill="#000"/>
	<path d="M2.625.875H1.313v.438h1.313zm.438.438h-.438v.438h.438zm-1.313.875h-.437v.438h.438zm-.875.875H.438v.438h.438zm.438-1.75H.875v.438h.438z" fill="#f0f0f0"/>
	<path d="M6.125 5.25H4.812v.438h1.313zm-1.75-.438V3.5h-.437v.438H3.5v.438h.438v1.75h.438v-.875h.438v-.438zm2.188 0h-.438v.438h.438zM.875 1.313H.438v1.75h.438zm-.437 1.75H0v1.313h.438zm1.313 1.75h-.438v1.313h.438zm1.75 0h-.438v.875h.438zm-3.063 0H0v1.75h.438zM5.25 0H3.5v.438h1.75z" fill="#000"/>
	<path d="M3.5.875h-.437v.438h.438zM5.25.437H3.5v.438h1.75z" fill="#f0f0f0"/>
	<path d="M6.125 2.188H3.938v.438h2.188z" fill="#000"/>
	<path d="M6.125 1.75v-.437h-.438v.438H3.938v.438h2.188v.438h.438V1.75z" fill="#816bee"/>
	<path d="M2.188 4.813H1.75v.438h.438z" fill="#f0f0f0"/>
	<path d="M3.063 2.625v.438h-1.75v.438h2.188v-.876z" fill="#816bee"/>
	<path d="M3.063 3.063v.438h-1.75v.438h2.188v-.876z" fill="#000"/>
	<path d="M1.313 3.5H.875v.438h.438zm-.438.438H.438v.438h.438z" fill="#816bee"/>
	<path d="M1.313 3.938v.438H.875v.438H.438v1.75h.438v-.438h.438V4.813h.438v-.438h1.75v-.437z" fill="#9af4dc"/>
	<path d="M1.313 4.375H.875v.438h.438zm-.438.438H.438v.438h.438z" fill="#f0f0f0"/>
	<path d="M1.313 5.688H.875v.438h.438zm-.438.438H.438v.438h.438z" fill="#6c9ca6"/>
	<path d="M3.5 3.938H1.313v.438h2.188z" fill="#f0f0f0"/>
`});function wi(i={}){return m`<svg
		${A(i)}
		aria-hidden="true"
		role="img"
		width="14"
		height="14"
		viewBox="0 0 7 7"
		fill="none"
		xmlns="http://www.w3.org/2000/svg"
	>
		${to}
	</svg>`}var to,Aa=w(()=>{P();W();to=E`
	<path d="M6.125 2.188v-.875h-.438V.875h-.438V.438h-.875v.438h.438v.438h.438v1.75h-.438v.438h-.438v.438H2.625V3.5h-.437v-.437H1.75v-1.75h.438V.875h.438V.438H1.75v.438h-.437v.438H.875v.875H.438v2.625h.438v.875h.438v.438h.875v.438h2.625v-.438h.875v-.438h.438v-.875h.438V2.188z" fill="#b79cf8"/>
	<path d="M2.625 0H1.75v.438h.875zM.875 1.313H.438v.875h.438zm1.313 0H1.75v1.75h.438zm2.188 2.188H2.625v.438h1.75z" fill="#000"/>
	<path d="M4.375 3.938h-1.75v.438h1.75z" fill="#f0f0f0"/>
	<path d="M.438 2.188H0v2.625h.438zm4.375 4.375H2.188v.438h2.625z" fill="#000"/>
	<path d="M.875 4.375H.438v.438h.438zm4.813.875h-.875v.438H2.188V5.25h-.875v-.438H.875v.875h.438v.438h.875v.438h2.625v-.438h.875v-.438h.438v-.875h-.438zm.875-.875h-.438v.438h.438z" fill="#816bee"/>
	<path d="M1.75.438h-.437v.438h.438zm-.437.437H.875v.438h.438z" fill="#000"/>
	<path d="M2.625.438H1.75v.438h.875zM1.75.875h-.437v.438h.438zm-.437.438H.875v.438h.438zm-.438.875H.438v.438h.438zm.438.438H.875v.438h.438zm.875.438H1.75v.438h.438zm.438.438h-.438v.438h.438zm2.625-.438h-.438v.438h.438zM4.813.439h-.438v.438h.438zm0 3.063h-.438v.438h.438z" fill="#f0f0f0"/>
	<path d="M3.063.438h-.438v.438h.438zm-.438.437h-.437v.438h.438zm0 2.188h-.437v.438h.438zm-1.75 1.75H.438v.875h.438zm.438.875H.875v.438h.438zM5.251 0h-.875v.438h.875zm.438 6.125h-.875v.438h.875zm-3.5 0h-.876v.438h.875zm4.374-4.812h-.438v.875h.438zm-1.313 0h-.438v1.75h.438zM7 2.188h-.438v2.625H7zM5.687.438h-.438v.438h.438zm.438.438h-.438v.438h.438zM4.375.438h-.437v.438h.438zm.438.438h-.438v.438h.438zm0 2.188h-.438v.438h.438zm1.75 1.75h-.438v.875h.438zm-.438.875h-.438v.438h.438z" fill="#000"/>
	<path d="M2.188.875H1.75v.438h.438z" fill="#b79cf8"/>
`});function Hi(i={}){return m`<svg
		${A(i)}
		aria-hidden="true"
		role="img"
		width="14"
		height="14"
		viewBox="0 0 7 7"
		fill="none"
		xmlns="http://www.w3.org/2000/svg"
	>
		${io}
	</svg>`}var io,Va=w(()=>{P();W();io=E`
	<path d="M4.813 5.25v-.875h-.438v-.437h-1.75v.438h-.437v.875H1.75v1.313h3.5V5.251z" fill="#ffe361"/>
	<path d="M6.125 1.313V.875H5.25V.438h-3.5v.438H.875v.438H.438v2.625h.438v.438h.875v-.439h3.5v.438h.875v-.438h.438V1.313z" fill="#ff2c52"/>
	<path d="M5.25 0h-3.5v.438h3.5z" fill="#000"/>
	<path d="M5.25.438h-3.5v.438h3.5zm-3.5.437H.875v.438h.875zm4.375 0H5.25v.438h.875z" fill="#fff"/>
	<path d="M5.25 6.563h-3.5v.438h3.5zM.438 1.313H0v2.625h.438zM1.751.438H.875v.438h.875z" fill="#000"/>
	<path d="M.875 3.063v-1.75H.438v2.625h.875v-.875z" fill="#fff"/>
	<path d="M6.563 1.313h-.438v2.625h.438z" fill="#be0351"/>
	<path d="M6.563 2.625h-.875V3.5h.875zM5.25.875h-.875v.875h.875z" fill="#fff"/>
	<path opacity=".5" d="M6.563 2.625h-.438V3.5h.438z" fill="#be0351"/>
	<path d="M4.375 3.063h-1.75v.438h1.75zm.875.438h-.875v.438h.875zM2.625 3.5H1.75v.438h.875z" fill="#be0351"/>
	<path d="M2.625 4.375h-.437v.875h.438z" fill="#fff"/>
	<path d="M4.813 4.375h-.438v.875h.438zm0 .875v.875H1.75v.438h3.5V5.25z" fill="#ffb84b"/>
	<path d="M2.188 5.25H1.75v.875h.438z" fill="#fff"/>
	<path d="M1.75 3.938H.875v.438h.875zm4.375 0H5.25v.438h.875z" fill="#be0351"/>
	<path d="M3.5 2.625h-.875V3.5H3.5z" fill="#fff"/>
	<path opacity=".5" d="M3.5 3.063h-.875v.438H3.5z" fill="#be0351"/>
	<path d="M4.375 3.5h-1.75v.438h1.75z" fill="#000"/>
	<path d="M4.375 3.938h-1.75v.438h1.75z" fill="#fff"/>
	<path d="M.875.875H.438v.438h.438z" fill="#000"/>
	<path d="M2.188 1.313H1.75v.438h.438z" fill="#fff"/>
	<path d="M1.75 5.25h-.437v1.313h.438zm.438-.875h.438v-.437H1.75v.438H.875v.438h.875v.438h.438zM.875 3.938H.438v.438h.438zM7 1.313h-.438v2.625H7zM6.125.438H5.25v.438h.875zm.438.438h-.438v.438h.438zm-.438 3.5H5.25v-.438h-.875v.438h.438v.875h.438v1.313h.438V5.251h-.438v-.438h.875zh.438v-.438h-.438z" fill="#000"/>
`});function $i(i={}){return m`<svg
		${A(i)}
		aria-hidden="true"
		role="img"
		width="14"
		height="14"
		viewBox="0 0 7 7"
		fill="none"
		xmlns="http://www.w3.org/2000/svg"
	>
		${so}
	</svg>`}var so,ja=w(()=>{P();W();so=E`
	<path d="M6.125 3.063v-.438H5.25v-.437h-.438V1.75h-.438V.875h-.436V.438h-.875v.438h-.438v.875h-.437v.438H1.75v.438H.875v.438H.438v.875h.438v.438h.875v.438h.438v.438h.438v.875h.438v.438h.875v-.438h.438v-.875h.438v-.438h.438v-.438h.875v-.44h.438v-.875z" fill="#47baff"/>
	<path d="M4.813 3.063h-.875v-.438h-.875v.438h-.875v.875h.875v.438h.875v-.438h.875z" fill="#b5e3ff"/>
	<path d="M1.313 0H.438v.438h.875zm.875.438h-.875v.438h.875zm-.438 1.75H.875v.438h.875zM.438.438H0v.875h.438z" fill="#000"/>
	<path d="M1.313.438H.438v.875h.438V.875h.438z" fill="#f0f0f0"/>
	<path d="M.438 3.063H0v.875h.438zM7.001.438h-.438v.875h.438zm-.438.875h-.438v.875h.438zm-5.688 0H.438v.875h.438zm1.75-.438h-.437v.875h.438zm2.188 0h-.438v.875h.438zM3.063.438h-.438v.438h.438z" fill="#000"/>
	<path d="M3.063.875h-.438v.438h.438zm.438.438h-.438v.438h.438zm-1.313.875H1.75v.438h.438zm-.875.437H.875v.438h.438zm-.438.438H.438v.438h.438z" fill="#f0f0f0"/>
	<path d="M1.313 6.563v-.438h.875V5.25H1.75v-.438H.875v.875H.438v.875z" fill="#b79cf8"/>
	<path d="M.875 5.688H.438v.438h.438z" fill="#f0f0f0"/>
	<path d="M2.188 1.75H1.75v.438h.438z" fill="#000"/>
	<path d="M2.188.875H.875v1.313h.875V1.75h.438zm3.938 1.313V.875H4.813v.875h.438v.438z" fill="#b79cf8"/>
	<path d="M2.188.875H1.75v.875h.438zm-.438.875h-.437v.438h.438zm4.375-.438h-.438v.875h.438zm.438-.438h-.438v.438h.438z" fill="#816bee"/>
	<path d="M5.688 6.563v-.438h-.875V5.25h.438v-.438h.875v.875h.438v.875z" fill="#b79cf8"/>
	<path d="M6.563 5.688h-.438v.438h.438zm-.438-.875h-.438v.438h.438z" fill="#816bee"/>
	<path d="M.875 2.625H.438v.438h.438zM7 3.063h-.438v.875H7zm-.438-.438h-.438v.438h.438zM4.374.437h-.436v.438h.438zm.875 1.313h-.438v.438h.438zM3.938 0h-.875v.438h.875z" fill="#000"/>
	<path d="M3.938.438h-.875v.438h.875zm0 2.625h-.875v.875h.875zM6.563.438h-.875v.438h.875zm-.875.438h-.875v.438h.875z" fill="#f0f0f0"/>
	<path d="M3.938 2.188h-.875v.438h.875zm0 2.188h-.875v.438h.875zM6.563.001h-.875v.438h.875zm-.875.438h-.875v.438h.875zm.438 1.75h-.875v.438h.875zM1.313 6.563H.438v.438h.875zm.875-.438h-.875v.438h.875zm-.438-1.75H.875v.438h.875zM.437 5.688H0v.875h.438zm6.563 0h-.438v.875H7zm-.438-.875h-.438v.875h.438zm-5.687 0H.438v.875h.438zm1.75.438h-.437v.875h.438zm2.188 0h-.438v.875h.438zm-1.75.875h-.438v.438h.438zm-.875-1.313H1.75v.438h.438z" fill="#000"/>
	<path d="M2.188 5.25H1.75v.875h.438zm-.438-.438h-.437v.438h.438z" fill="#816bee"/>
	<path d="M.875 3.938H.438v.438h.438zm1.313-.875H1.75v.875h.438zm.875-.438h-.875v.438h.875zm0 1.313h-.875v.438h.875zm2.188-.875h-.438v.875h.438zm-.438-.438h-.875v.438h.875zm0 1.313h-.875v.438h.875zm1.75 0h-.438v.438h.438z" fill="#000"/>
	<path d="M6.563 3.063h-.438v.875h.438zm-.438-.438h-.438v.438h.438zm0 1.313h-.438v.438h.438zm-.875 0h-.438v.438h.438zm-1.313.875h-.874v.438h.875zm.438-.438h-.437v.438h.438zm-1.313 0h-.437v.438h.438zm.875 1.75h-.874v.438h.875zm.438-.438h-.437v.438h.438zm-1.313 0h-.437v.438h.438zm-.874-1.749H1.75v.438h.438zM.875 3.5H.438v.438h.438zm.438.438H.875v.438h.438z" fill="#4282d8"/>
	<path d="M4.375 6.125h-.437v.438h.438zm.875-1.313h-.438v.438h.438zm-1.313 1.75h-.874V7h.875zm2.625 0h-.875V7h.875zm-.875-.438h-.875v.438h.875zm.438-1.75H5.25v.438h.875z" fill="#000"/>
`});function ki(i={}){return m`<svg
		${A(i)}
		aria-hidden="true"
		role="img"
		width="14"
		height="14"
		viewBox="0 0 7 7"
		fill="none"
		xmlns="http://www.w3.org/2000/svg"
	>
		${ao}
	</svg>`}var ao,Sa=w(()=>{P();W();ao=E`
	<path d="M3.938.438h-.875v1.75h.875zm.875 2.625v-.438h-.438v-.437h-1.75v.438h-.437v.438H.438v.875h1.75v.438h.438v.438h.438v1.75h.875v-1.75h.438v-.438h.438v-.439h1.75v-.875z" fill="#bcef42"/>
	<path d="M1.75 0h-.437v.438h.438zm.875 2.188h-.437v.438h.438zm2.188 0h-.438v.438h.438zM5.688 0H5.25v.438h.438zm.438.438h-.438v.438h.438zm.438.438h-.438v.438h.438zm.438.438h-.438v.438h.438zM3.938 0h-.875v.438h.875z" fill="#000"/>
	<path d="M3.938.438h-.875v.438h.875z" fill="#f0f0f0"/>
	<path d="M3.938 1.313h-.875v.438h.875zm0 .438h-.875v.438h.875z" fill="#7fb134"/>
	<path d="M3.938 5.25h-.875v.438h.875z" fill="#f0f0f0"/>
	<path d="M3.938 6.125h-.875v.438h.875zm0-1.313h-.875v.438h.875z" fill="#7fb134"/>
	<path d="M3.938 2.625h-.875v.438h.875zm0 1.313h-.875v.438h.875zm.438-.875h-.438v.875h.438z" fill="#000"/>
	<path d="M5.25 3.063h-.438v.875h.438z" fill="#7fb134"/>
	<path d="M3.063 3.063h-.438v.875h.438z" fill="#000"/>
	<path d="M2.625 2.625h-.437V3.5h.438z" fill="#f0f0f0"/>
	<path d="M1.313.438H.875v.438h.438z" fill="#000"/>
	<path d="M1.313.438v.438H.875v.438H.438v.438h1.313V.438z" fill="#6be473"/>
	<path d="M1.75.438h-.437v.438h.438zm-.437.437H.875v.438h.438z" fill="#f0f0f0"/>
	<path d="M1.75 1.313H.438v.438h1.313z" fill="#008456"/>
	<path d="M5.25 5.25v1.313h.438v-.438h.438v-.438h.438v-.438zm-4.812 0v.438h.438v.438h.438v.438h.438V5.251z" fill="#6be473"/>
	<path d="M1.75 5.25H.438v.438h1.313z" fill="#f0f0f0"/>
	<path d="M1.313 5.688v.875h.438v-.875z" fill="#008456"/>
	<path d="M6.125 1.313V.875h-.438V.438h-.438v1.313h1.313v-.438z" fill="#6be473"/>
	<path d="M5.688.438H5.25v.438h.438zm0 2.625H5.25v.438h.438z" fill="#f0f0f0"/>
	<path d="M6.563 3.5H5.25v.438h1.313z" fill="#7fb134"/>
	<path d="M6.563 1.313H5.25v.438h1.313z" fill="#008456"/>
	<path d="M.875.875H.438v.438h.438zM3.063.437h-.438v1.75h.438zm1.313 0h-.438v1.75h.438zm2.625 2.625h-.438v.875h.438zm-.438-.438h-1.75v.438h1.75zm0 1.313h-1.75v.438h1.75zM.438 3.063H0v.875h.438zm1.75-.438H.438v.438h1.75z" fill="#000"/>
	<path d="M1.75 3.063H.438v.875h.438V3.5h.875z" fill="#f0f0f0"/>
	<path d="M2.188 3.938H.438v.438h1.75zM.438 1.313H0v.438h.438zm1.313 5.25h-.438v.438h.438zm.875-2.188h-.438v.438h.438z" fill="#000"/>
	<path d="M1.75 3.5h-.437v.438h.438zm.438-.438H1.75v.875h.438z" fill="#7fb134"/>
	<path d="M2.188 3.063H1.75v.875h.438z" fill="#3f581a"/>
	<path d="M4.375 4.375h-1.75v.438h1.75z" fill="#7fb134"/>
	<path d="M4.375 2.188h-1.75v.438h1.75z" fill="#f0f0f0"/>
	<path d="M4.813 4.375h-.438v.438h.438z" fill="#000"/>
	<path d="M4.813 3.938h-.438v.438h.438z" fill="#7fb134"/>
	<path d="M5.688 6.563H5.25v.438h.438zm.438-.438h-.438v.438h.438zm.438-.438h-.438v.438h.438zm.438-.438h-.438v.438h.438zM3.939 6.562h-.876V7h.875zm-2.625-.438H.875v.438h.438zm-.438-.438H.438v.438h.438zm2.188-.875h-.439v1.75h.438zm1.313 0h-.439v1.75h.438zM1.75 1.75H.438v.438h1.75V.438H1.75zm3.5 0V.438h-.438v1.75h1.75V1.75z" fill="#000"/>
	<path d="M.438 4.813v.438h1.313v1.313h.438v-1.75zm4.375 0v1.75h.438V5.25h1.313v-.438zM.438 5.25H0v.438h.438z" fill="#000"/>
	<path d="M5.688 6.125H5.25v.438h.438zm.438-.438h-.438v.438h.438zm.438-.438h-.438v.438h.438z" fill="#008456"/>
	<path d="M5.688 5.25H5.25v.438h.438z" fill="#f0f0f0"/>
	<path d="M3.938 3.063h-.875v.875h.875z" fill="#7fb134"/>
	<path d="M3.938 1.75h-.875v.438h.875zm0 3.063h-.875v.438h.875zm1.313-1.75h-.438v.875h.438z" fill="#3f581a"/>
`});function Ti(i={}){return m`<svg
		${A(i)}
		aria-hidden="true"
		role="img"
		width="14"
		height="14"
		viewBox="0 0 7 7"
		fill="none"
		xmlns="http://www.w3.org/2000/svg"
	>
		${ro}
	</svg>`}var ro,Ia=w(()=>{P();W();ro=E`
	<path d="M4.813 4.375h.438v-.437h1.313V3.5H5.251v-.437h-.438V1.75h.875v-.437H4.375v.438H3.063v-.438h-.438V.875H1.75v.438h-.437v.438H.875v.438H.438v2.625h.438v.438h.438v.438h.438v-.875h1.75v.438h-.439v.438h.438v.438h.875v-.438h1.313v-.438h-.875z" fill="#54cfff"/>
	<path d="M3.938 4.813H3.5v.438h.438zm1.75.438H5.25v.438h.438zm.875-1.75h-.438v.438h.438zM5.25 3.063h-.438v.438h.438zM1.312 4.376H.875v.438h.438zm.438.438h-.437v.875h.438zm2.625.875H3.063v.438h1.313zm0-1.313h-.437v.438h.438z" fill="#4282D8"/>
	<path d="M3.938 0H3.5v.438h.438zm.438.438h-.438v.438h.438zm-.876 0H1.75v.438H3.5zM1.75.875h-.437v.438h.438zm1.313 0h-.438v.438h.438zm.438.438h-.438v.438h.438zm.875 0h-.438v.438h.438zM5.689.875H4.376v.438h1.313zm.438.438h-.438v.438h.438zm-4.814 0H.875v.438h.438zm-.438.437H.438v.438h.438zm-.437.438H0v2.625h.438zm.875.438H.875v1.75h.438zm.438-.438h-.438v.438h.438zm2.188-.438H1.75v.438h2.188z" fill="#000"/>
	<path d="M3.938 1.75H3.5v.875h.438zm1.75 0h-.875v.438h.875z" fill="#000"/>
	<path d="M5.25 1.75h-.438v1.313h.438zm1.313 1.313H5.25v.438h1.313zm.438.438h-.438v.438h.438zm-2.625-.875h-.438v1.75h.438zm2.188 1.313H5.251v.438h1.313zm-1.313.438h-.438v.875h.438z" fill="#000"/>
	<path d="M5.688 4.813h-.875v.438h.875zm.438.438h-.438v.438h.438zm-.438.438H4.375v.438h1.313zm-1.313.438h-1.75v.438h1.75zM3.5 4.814H1.75v.438H3.5zm-.875 1.75h-.437v.438h.438zm-.438-.438H1.75v.438h.438zm-.438-.438h-.436v.438h.438zm.438-.438H1.75v.438h.438zm.875 0h-.437v.438h.438zm-1.75 0H.875v.438h.438zm-.438-.438H.438v.438h.438zm.875-.438h-.436v.438h.438zm2.188 0H3.5v.438h.438z" fill="#000"/>
	<path d="M3.938 2.625H3.5v-.437H1.75v.438h-.437v1.75h.438v.438h1.75v-.438h.438z" fill="#9af4dc"/>
	<path d="M3.5 4.375H1.75v.438H3.5zm-1.75-.437h-.437v.438h.438zm2.188 0H3.5v.438h.438z" fill="#6c9ca6"/>
	<path d="M1.75 2.625h-.437v.438h.438zm.875.438h-.437v.438h.438zm.875-.875H1.75v.438H3.5z" fill="#f0f0f0"/>
	<path d="M3.5 5.688h-.437v.438h.438z" fill="#000"/>
	<path d="M.875 2.188H.438v.875h.438zm.875-.875h-.437v.438h.438zm.875-.438H1.75v.438h.875zm3.063.438H4.375v.438h1.313zM3.938.438H3.5v.438h-.437v.438h.438v.438h.438v-.439h.438V.875h-.439zM2.625 5.25h-.437v.438H1.75v.438h.438v.438h.438v-.438h.438v-.438h-.439z" fill="#f0f0f0"/>
`});function Ci(i={}){return m`<svg
		${A(i)}
		aria-hidden="true"
		role="img"
		width="14"
		height="14"
		viewBox="0 0 7 7"
		fill="none"
		xmlns="http://www.w3.org/2000/svg"
	>
		${oo}
	</svg>`}var oo,Da=w(()=>{P();W();oo=E`
	<path d="M5.688 1.313V.875h-.875v.438h-.438V.875h-.437V.438h-.875v.438h-.438v.438h-.437V.875h-.875v.438H.875v1.75h.875v.438h.438v-.438h2.625v.438h.438v-.438h.875v-1.75z" fill="#d1cdd5"/>
	<path d="M6.125 3.938V3.5h-1.75v-.437h-1.75v.438H.875v.438H.438v1.313h.438v.438h1.75v.438h.438v.438h.875v-.438h.438V5.69h1.75v-.438h.438V3.938z" fill="#57595f"/>
	<path d="M3.938 0h-.875v.438h.875zm-.875.438h-.438v.438h.438zm1.313 0h-.438v.438h.438zm1.313 0h-.875v.438h.875zm.438.438h-.438v.438h.438zm-1.313 0h-.438v.438h.438zM2.625.875h-.437v.438h.438zM2.188.438h-.875v.438h.875zm-1.313.875H.438v1.75h.438zm.438-.438H.875v.438h.438zM.875 3.5H.438v.438h.438zm-.437.438H0v1.313h.438zm.438 1.313H.438v.438h.438zm1.75.438H.875v.438h1.75zm.438.438h-.439v.438h.438zm.875.438h-.876v.438h.875zm.438-.438h-.439v.438h.438zm1.75-.438h-1.75v.438h1.75zm.438-.438h-.438v.438h.438zm.438-1.313h-.438v1.313h.438zM6.565 3.5h-.438v.438h.438zm0-2.188h-.438v1.75h.438zM2.188 3.5H1.75v.438h.438zm.438-.438h-.438V3.5h.438zm1.75-.438H2.625v.438h1.75zm.438.438h-.438V3.5h.438zm.438.438h-.438v.438h.438zm.438-.438h-.438V3.5h.875v-.437zm-4.377.001H.875v.438h.875v-.438z" fill="#000"/>
	<path d="M.875 4.813H.438v.438h.438zm.438.438H.875v.438h.438zm1.75.438h-.438v.438h.438zm1.313 0h-.438v.438h.438zm-.438.438h-.875v.438h.875zm2.188-.875h-.438v.438h.438zm.438-1.313h-.438v1.313h.438z" fill="#35363a"/>
	<path d="M1.313 2.625H.875v.438h.438zm.875.438H1.75v.438h.438zm3.063 0h-.438v.438h.438zm-2.626-.438h-.437v.438h.438zm2.188 0h-.438v.438h.438z" fill="#847d8b"/>
	<path d="M5.25 3.063h-.438v.438h.438zm-.875-.875h-1.75v.438h1.75zm1.75-.438h-.438v1.313h.438z" fill="#847d8b"/>
	<path d="M1.75 1.75h-.437v.438h.438zm-.437-.437H.875v.438h.438zm.875-.438h-.875v.438h.875zm.875 0h-.438v.438h.438zm.875-.438h-.875v.438h.875zm.438.438h-.438v.438h.438zm1.313 0h-.875v.438h.875zm.438.438h-.438v.438h.438z" fill="#f0f0f0"/>
	<path d="M.875 3.938H.438v.438h.438zm.438-.438H.875v.438h.438zm1.313 0h-.438v.438h.438zm1.75-.438H2.625V3.5h1.75zm.875.875h-.438v.438h.438zm.875-.438h-.875v.438h.875z" fill="#d8d8d8"/>
`});function Ei(i={}){return m`<svg
		${A(i)}
		aria-hidden="true"
		role="img"
		width="14"
		height="14"
		viewBox="0 0 7 7"
		fill="none"
		xmlns="http://www.w3.org/2000/svg"
	>
		${ho}
	</svg>`}var ho,Oa=w(()=>{P();W();ho=E`
	<path d="M6.125 1.75v-.437h-.438V.875h-.438V.438H2.625v.438H1.75v.438h-.437v.438H.875v.875H.438v2.188h.438v.438h.438v.438h.438v.438h.438v.438h2.188v-.438h.875v-.438h.438v-.438h.438v-.875h.438V1.75z" fill="#bcef42"/>
	<path d="M6.563.438h-.875v.438h.875z" fill="#f0f0f0"/>
	<path d="M1.313 5.688H.438v.438h.875z" fill="#bcef42"/>
	<path d="M1.75 6.125H.438v.438h1.313z" fill="#7fb134"/>
	<path d="M6.563 3.5h-.438v.875h.438z" fill="#816bee"/>
	<path d="M5.25.438H2.625v.438H5.25z" fill="#f0f0f0"/>
	<path d="M5.25.875H2.625v.438H5.25z" fill="#b79cf8"/>
	<path d="M4.375 6.125H2.188v.438h2.188z" fill="#816bee"/>
	<path d="M6.563.875h-.438v.438h.438z" fill="#bcef42"/>
	<path d="M2.625 2.188h-.437v.438h.438zM1.313 1.75H.875v.438h.438zm.438-.438h-.438v.438h.438z" fill="#f0f0f0"/>
	<path d="M2.625 1.313h-.437v.438h.438zm3.063 0H5.25v.438h.438z" fill="#b79cf8"/>
	<path d="M2.188.875H1.75v.438h.438zm.875 1.75h-.438v.438h.438zM.875 5.25H.438v.438h.438z" fill="#f0f0f0"/>
	<path d="M6.125 4.813h-.438v.438h.438zm-.438.438h-.438v.438h.438zm-.438.438h-.438v.438h.438z" fill="#816bee"/>
	<path d="M6.563.438v.875h-.438V.875h-.438v.438h.438v.438h.438v2.625h.438V.438zm-5.25.875H.875v.438h.438zm.438-.438h.875V.438H1.75zh-.438v.438h.438zm4.813 3.5h-.438v.875h.438zM.875 1.75H.438v.875h.438zM5.25 6.125h-.875v.438h.875zm.875-.875h-.438v.438h.438zm-4.812 0H.875v.438h.438zm.438.438h-.438v.438h.438zm-.875-.875H.438v.438h.438zm4.813.875h-.438v.438h.438zM.438 2.625H0v3.938h.438z" fill="#000"/>
	<path d="M5.25.875h.438V.438h.875V0H2.625v.438H5.25zM2.188 6.563v-.438H1.75v.438H.438v.438h3.938v-.438z" fill="#000"/>
	<path d="M.875 2.625H.438V3.5h.438z" fill="#f0f0f0"/>
	<path d="M4.375 2.625H3.5v.438h.875zm-.438 1.75h-.874v.438h.875zm.875-1.313h-.438v.875h.438zm-3.5 1.75h.875v-.438H1.75V2.188h-.437zm3.5-3.063H3.063v.438h1.75zm-.438 3.5H2.625v.438h1.75zm2.188-3.063h-.438v1.313h.438zM.875 3.5H.438v1.313h.438zm1.313-1.75H1.75v.438h.438zm1.313 1.313h-.438v.438h.438zm-.438.875h-.438v.438h.438zm-.438.875h-.437v.438h.438zm1.75-.875h-.437v.438h.438zm.438.875h-.438v.438h.438zm.438-.438h-.438v.438h.438zm-2.188-1.75v-.437h-.438v.438h-.437v1.313h.438V2.625zm3.063-.875h-.438v.438h.438zm-.875.438h-.438v.438h.438zm.438.438h-.438v1.75h.438zM1.313 4.813H.875v.438h.438zm.438.438h-.438v.438h.438zm.438.438H1.75v.438h.438z" fill="#b79cf8"/>
`});function Ai(i={}){return m`<svg
		${A(i)}
		aria-hidden="true"
		role="img"
		width="14"
		height="14"
		viewBox="0 0 7 7"
		fill="none"
		xmlns="http://www.w3.org/2000/svg"
	>
		${lo}
	</svg>`}var lo,Ba=w(()=>{P();W();lo=E`
	<path d="M6.125 1.75v-.437h-.438V.875h-.438V.438H1.75v.438h-.437v.438H.875v.438H.438v2.625h.438v.438h.438v.438h.438v.875h.438v.438h2.625v-.438h.438v-.875h.438v-.438h.438v-.438h.438V1.75z" fill="#d1cdd5"/>
	<path d="M1.75.438h-.437v.438h.438zm-.437.437H.875v.438h.438zm-.438.438H.438v.438h.438zm.875 3.938h-.437v.875h.438zm-.438-.438H.875v.438h.438zm.875 1.313H1.75v.438h.438zM.874 4.376H.438v.438h.438z" fill="#000"/>
	<path d="M1.75 4.813h-.437v.438h.438zm.438.875H1.75v.438h.438zm-.875-1.313H.875v.438h.438zm1.75-1.313H1.75v1.313h1.313z" fill="#847d8b"/>
	<path d="M3.063 3.5h-.875v.875h.875z" fill="#57595f"/>
	<path d="M5.25 3.063H3.938v1.313h1.313z" fill="#847d8b"/>
	<path d="M5.25 3.5h-.875v.875h.875z" fill="#57595f"/>
	<path d="M5.25 5.254h.438v-.438H5.25zm-.438.875h.438v-.438h-.438zm.875-1.313h.438v-.438h-.438z" fill="#847d8b"/>
	<path d="M.438 1.75H0v2.625h.438z" fill="#000"/>
	<path d="M.875 1.75H.438v2.625h.438z" fill="#fff"/>
	<path d="M5.25.879h.438V.441H5.25zm.438.438h.438V.879h-.438zm.438.438h.438v-.438h-.438zM5.251 6.13h.438v-.875h-.438zm.438-.875h.438v-.438h-.438zm-.875 1.313h.438V6.13h-.438zm1.313-1.75h.438V4.38h-.438zm.438-.438h.438V1.755h-.438z" fill="#000"/>
	<path d="M6.125 4.379h.438V1.754h-.438z" fill="#847d8b"/>
	<path d="M1.75 0v.438h3.5V0z" fill="#000"/>
	<path d="M1.75.875h-.437v.438h.438zm-.437.438H.875v.438h.438zm.438.438h-.438v.438h.438zm3.5-.433h.438V.88h-.438zm.438.438h.438v-.438h-.438zM1.75.438v.438h3.5V.438z" fill="#fff"/>
	<path d="M2.188 6.563v.438h2.625v-.438z" fill="#000"/>
	<path d="M2.188 6.125v.438h2.625v-.438z" fill="#847d8b"/>
	<path d="M3.063 5.688h-.438v.875h.438zm1.313 0h-.438v.875h.438z" fill="#57595f"/>
`});function Vi(i={}){return m`<svg
		${A(i)}
		aria-hidden="true"
		role="img"
		width="14"
		height="14"
		viewBox="0 0 7 7"
		fill="none"
		xmlns="http://www.w3.org/2000/svg"
	>
		${no}
	</svg>`}var no,Pa=w(()=>{P();W();no=E`
	<path d="M3.063 0H1.75v.438h1.313zm1.75.438h-1.75v.438h1.75zm-.875 2.187H3.5v1.75h.438zm-3.5-.437H0v2.625h.438zM6.563.875h-1.75v.438h1.75z" fill="#000"/>
	<path d="M3.063.438H1.75v.438h1.313zm1.75.438h-1.75v.438h1.75zm1.75.438h-1.75v.438h1.75z" fill="#f0f0f0"/>
	<path d="M3.063 6.563H1.75v.438h1.313z" fill="#000"/>
	<path d="M2.625 6.125v-.438h-.437v-.875H1.75V2.188h.438v-.875h.438V.875H1.75v.438H.875v1.75H.438v1.75h.438v.875h.438v.438h.438v.438h1.313v-.438z" fill="#ffe361"/>
	<path d="M3.063 6.125H1.75v.438h1.313z" fill="#ffb84b"/>
	<path d="M4.813 6.125h-1.75v.438h1.75z" fill="#000"/>
	<path d="M4.375 5.688V5.25h-.437v-.875H3.5v-1.75h.438V1.75h.438v-.437H3.063v.438h-.438v1.313h-.437v1.75h.438v.875h.438v.438h1.75v-.438z" fill="#ffe361"/>
	<path d="M6.563 5.688h-1.75v.438h1.75zM1.75.438h-.437v.438h.438zm-.437.437H.875v.438h.438zm-.438.438H.438v.875h.438zm6.125 0h-.438v.438H7zm-.438.438h-.438v.438h.438zm-.438.438h-.438v.875h.438zm.875 3.063h-.438v.438h.438zm-.438-.438h-.438v.438h.438zm-.438-.875h-.438v.875h.438zm-.438-.875h-.438v.875h.438zM1.747 6.127h-.434v.438h.438zm-.438-.438H.875v.438h.438zm-.438-.875H.438v.875h.438zm1.313-2.625H1.75v2.625h.438zM3.059.876h-.434v.438h.438zm-.434.437h-.437v.875h.438z" fill="#000"/>
	<path d="M.875 2.188H.438v.875h.438zm1.75 0h-.437v.875h.438z" fill="#f0f0f0"/>
	<path d="M2.188 1.313H1.75v.875h.438z" fill="#ffb84b"/>
	<path d="M4.813 1.313h-.438v.438h.438z" fill="#000"/>
	<path d="M1.75.875h-.437v.438h.438z" fill="#f0f0f0"/>
	<path d="M2.625.875h-.437v.438h.438zm1.313.875H3.5v.875h.438zm.438-.438h-.438v.438h.438zm-2.188 3.5H1.75v.438h.438zm-.438.875h-.437v.438h.438zm-.438-.875H.875v.875h.438zm2.188.875v-.438h-.437v-.438h-.438v.875h.438v.438h1.75v-.438zm.438-1.313H3.5v.438h.438z" fill="#ffb84b"/>
	<path d="M4.375 5.688V5.25h-.437v-.875H3.5v-1.75h.438V1.75h.438v-.437H3.063v.438h-.438v1.313h-.437v1.75h.438v.875h.438v.438h1.75v-.438z" fill="url(#a)"/>
	<path d="M6.125 5.25v-.438h-.438v-.874h-.438v-.875h.438v-.875h.438V1.75H4.812v.438h-.438v.438h-.436v1.75h.438v.875h.438v.438h1.75v-.438z" fill="#ff2c52"/>
	<path d="M5.688 2.188H5.25v.875h.438zm.438-.438h-.438v.438h.438zm-.438 2.188H5.25v.438h.438zM5.25 5.251v-.438h-.875v.438h.438v.438h1.75v-.438z" fill="#be0351"/>
	<path d="M1.313 1.313H.875v.438h.438zm0 1.75H.875v.438h.438zm1.75-1.75h-.438v.438h.438zm1.75.438h-.438v.438h.438zm-.438.875h-.437v.438h.438z" fill="#f0f0f0"/>
	<path d="M4.375 1.75h-.437v.875h.438zM3.062 5.688h-.437v.438h.438zm-.438-.875h-.436v.875h.438zm2.188.438h-.438v.438h.438zm-.438-.875h-.436v.875h.438z" fill="#000"/>
	<defs>
		<radialGradient id="a" cx=".75" cy=".5" r="1" fx=".75" fy=".5">
		<stop stop-color="#ff2c52" offset="30%"/>
		<stop stop-color="#ffe361" offset="70%"/>
		</radialGradient>
	</defs>
`});function ji(i={}){return m`<svg
		${A(i)}
		aria-hidden="true"
		role="img"
		width="14"
		height="14"
		viewBox="0 0 7 7"
		fill="none"
		xmlns="http://www.w3.org/2000/svg"
	>
		${co}
	</svg>`}var co,Na=w(()=>{P();W();co=E`
	<path d="M4.813.438v.438h-.438v.438h-.437v.438H3.5v.438h-.437v.875h-.438v.438H3.5v.875h.438v-.44h.875V3.5h.438v-.437h.438v-.438h.438v-.437h.438V.438z" fill="#d1cdd5"/>
	<path d="M1.313 3.938h.438v.438h.875v.875h.438v.438h.875v.438h.875v-.875h-.876v-.438H3.5v-.438h-.437v-.438h-.438V3.5h-.437v-.437H1.75v-.875H.875v.875h.438z" fill="#ffe361"/>
	<path d="M2.188 4.813h-.875v.875h.875zm-.875.875H.438v.875h.875z" fill="#ffe361"/>
	<path d="M4.813.438h-.438v.438h.438zm-.438.438h-.437v.438h.438zm-.437.437H3.5v.438h.438zM3.5 1.75h-.437v.438h.438zm-.437.438h-.438v.875h.438zm-.875 0H1.75v.875h.438zm-1.313 0H.438v.875h.438zm.438.875H.875v.875h.438zm3.5.875h-.875v.438h.875zm0 .875h-.875v.438h.875zm.438.438h-.438v.875h.438z" fill="#000"/>
	<path d="M6.563.438h-.438v1.75h.438z" fill="#847d8b"/>
	<path d="M.438 5.688H0v.875h.438zm4.375.438h-.875v.438h.875zm-.875-.438h-.875v.438h.875z" fill="#000"/>
	<path d="M2.188 5.25h-.875v.438h.875zm-.875.875H.438v.438h.875z" fill="#ffb84b"/>
	<path d="M1.313 6.125v.438h.438v-.438h.438v-.438h-.876zm1.313-.875v-.875H1.75v-.437h-.437v.875h.875v.875h.875V5.25zm-1.313 0v-.438H.875v.438H.438v.438h.875zm0 1.313H.438v.438h.875zM1.75 1.75H.875v.438h.875zm1.313 2.188v.438h.438V3.5h-.876v.438z" fill="#000"/>
	<path d="M5.688 1.313H5.25v.438h.438zm-.438.438h-.438v.438h.438zm-.438.438h-.438v.438h.438zm-.438.438h-.436v.438h.438zm-.436.436H3.5v.438h.438z" fill="#847d8b"/>
	<path d="M3.063 3.063h-.438v.438h.438z" fill="#f0f0f0"/>
	<path d="M1.75 3.5h-.437v.438h.438zm-.437-.875H.875v.438h.438zm.875 1.313H1.75v.438h.438zm.875.875h-.438v.438h.438zm.438.438h-.438v.438h.438zm.875.438h-.438v.438h.438z" fill="#ffb84b"/>
	<path d="M3.938 4.375H3.5v.438h.438zM2.625 3.063h-.437v.438h.438zm3.938-.875h-.438v.438h.438zm-.438.438h-.438v.438h.438zm-.438.438h-.438v.438h.438zm-.438.438h-.438v.438h.438zm-.438-3.5V.44h1.75v1.75h.438V0z" fill="#000"/>
	<path d="M4.813 5.25h-.438v.438h.438zm-.875-.438H3.5v.438h.438zM3.5 4.374h-.437v.438h.438zm-.437-.436h-.438v.438h.438zM2.625 3.5h-.437v.438h.438zm-.437-.437H1.75v.438h.438zM3.5 2.188h-.437v.438h1.313v-.438h-.438V1.75H3.5zM4.375.875v.438h-.437v.438h1.313v-.438h-.438V.875zm1.75-.438H4.812v.438h1.313z" fill="#f0f0f0"/>
	<path d="M6.125 2.188h-.438v.438h.438zm-.438.438h-.438v.438h.438zm-.438.438h-.438v.438h.438zm-.438.438h-.438v.438h.438zm-.873.436H3.5v.438h.438z" fill="#847d8b"/>
	<path d="M1.75 2.188h-.437v.438h.438zm0 2.625h-.437v.438h.438zm-.875.875H.438v.438h.438z" fill="#f0f0f0"/>
`});function Si(i={}){return m`<svg
		${A(i)}
		aria-hidden="true"
		role="img"
		width="14"
		height="14"
		viewBox="0 0 7 7"
		fill="none"
		xmlns="http://www.w3.org/2000/svg"
	>
		${mo}
	</svg>`}var mo,La=w(()=>{P();W();mo=E`
	<path d="M5.688 2.625v-.437H5.25V1.75h-.438v-.437h-.438V.875h-.436V.438h-.875v.438h-.438v.438h-.437v.438H1.75v.438h-.437v.438H.875v.875H.438v2.188h.438v.438h.875v.438h3.5v-.438h.875v-.438h.438V3.5h-.438v-.875z" fill="#0abbff"/>
	<path d="M3.063 0v.438h.875V0zm-.438.438v.438h.438V.438zm1.313 0v.438h.438V.438zm.438.438v.438h.438V.875zm.438.438v.438h.438v-.439zm.438.438v.438h.438v-.44zm.438.438v.438h.438v-.44zm.438.438v.875h.438v-.878zm-5.69-.003V3.5h.438v-.875zM0 3.5v2.188h.438V3.5zm6.563 0v2.188h.438V3.5zM2.188.875v.438h.438V.875zm-.438.438v.438h.438v-.438zm-.437.437v.438h.438V1.75zm-.438.438v.438h.438v-.438zm-.438 3.5v.438h.438v-.438zm5.688 0v.438h.438v-.438zm-4.375.875v.438h3.5v-.438z" fill="#000"/>
	<path d="M1.75 6.125v.438h3.5v-.438z" fill="#4282d8"/>
	<path d="M.875 6.125v.438h.875v-.438zm5.25.438v-.438H5.25v.438z" fill="#000"/>
	<path d="M3.063.438v.438h.875V.438z" fill="#fff"/>
	<path opacity=".5" d="M4.813 3.5v-.437h-.438v-.438h-.437v-.437h-.875v.438h-.438v.438h-.437v.438H1.75v1.313h.438v.438h2.625v-.438h.438V3.5z" fill="#fff"/>
	<path d="M2.625.875v.438h.438V.875zm-.437.438v.438h.438v-.438zm.438.438v.438h.438V1.75zM1.75 1.75v.438h.438V1.75zm-.437.438v.438h.438v-.438zm-.438.437V3.5h.438v-.875zM.438 3.5v.875h.438V3.5z" fill="#fff"/>
	<path d="M5.25 2.188v.438h.438v-.438zm.438.438v.875h.438v-.876zm.438.875v1.75h-.438v.438H5.25v.438h.875v-.438h.438V3.5zM.875 6.125h.875v-.438H.875z" fill="#4282d8"/>
`});var Ra=w(()=>{ya();Ma();xa();wa();Ha();$a();ka();Ta();Ca();Ea();Aa();Va();ja();Sa();Ia();Da();Oa();Ba();Pa();Na();La()});function et(){return fo}var fo,ts,is,tt,Ii,Ua,Fa,qa,Za,Rt=w(()=>{Ra();fo=globalThis.$discordMessage??{};ts={blue:"https://cdn.discordapp.com/embed/avatars/0.png",gray:"https://cdn.discordapp.com/embed/avatars/1.png",green:"https://cdn.discordapp.com/embed/avatars/2.png",orange:"https://cdn.discordapp.com/embed/avatars/3.png",red:"https://cdn.discordapp.com/embed/avatars/4.png",pink:"https://cdn.discordapp.com/embed/avatars/5.png"},is=et().avatars??{},tt=Object.assign(ts,is,{default:ts[is.default]??is.default??ts.blue}),Ii=et().profiles??{},Ua=et().defaultTheme==="light"?"light":"dark",Fa=et().defaultMode==="compact"?"compact":"cozy",qa=et().defaultBackground==="none"?"none":"discord",Za=new Map([["heart",_i()],["crystal",vi()],["diamond",pi()],["explosion",ui()],["flame",gi()],["flower",zi()],["key",bi()],["leaf",yi()],["lightning",Mi()],["magic",xi()],["moon",wi()],["mushroom",Hi()],["mythical",$i()],["ornament",ki()],["plasma",Ti()],["rock",Ci()],["shell",Ei()],["skull",Ai()],["sun",Vi()],["sword",ji()],["water",Si()]])});function Ut(i={}){return m`<svg
		${A(i)}
		class="discord-mention-icon"
		aria-hidden="false"
		width="24"
		height="24"
		viewBox="0 0 20 20"
		xmlns="http://www.w3.org/2000/svg"
	>
		${vo}
	</svg>`}var vo,ss=w(()=>{P();W();vo=E`
	<path
		fill="currentColor"
		d="M18.91 12.98a5.45 5.45 0 0 1 2.18 6.2c-.1.33-.09.68.1.96l.83 1.32a1 1 0 0 1-.84 1.54h-5.5A5.6 5.6 0 0 1 10 17.5a5.6 5.6 0 0 1 5.68-5.5c1.2 0 2.32.36 3.23.98Z"
	/>
	<path
		fill="currentColor"
		d="M19.24 10.86c.32.16.72-.02.74-.38L20 10c0-4.42-4.03-8-9-8s-9 3.58-9 8c0 1.5.47 2.91 1.28 4.11.14.21.12.49-.06.67l-1.51 1.51A1 1 0 0 0 2.4 18h5.1a.5.5 0 0 0 .49-.5c0-4.2 3.5-7.5 7.68-7.5 1.28 0 2.5.3 3.56.86Z"
	/>
`});function Ft(i={}){return m`<svg
		${A(i)}
		class="discord-mention-icon"
		aria-hidden="false"
		width="24"
		height="24"
		viewBox="0 0 24 24"
		xmlns="http://www.w3.org/2000/svg"
	>
		${po}
	</svg>`}var po,as=w(()=>{P();W();po=E`
	<path
		fill="currentColor"
		fill-rule="evenodd"
		clip-rule="evenodd"
		d="M10.99 3.16A1 1 0 1 0 9 2.84L8.15 8H4a1 1 0 0 0 0 2h3.82l-.67 4H3a1 1 0 1 0 0 2h3.82l-.8 4.84a1 1 0 0 0 1.97.32L8.85 16h4.97l-.8 4.84a1 1 0 0 0 1.97.32l.86-5.16H20a1 1 0 1 0 0-2h-3.82l.67-4H21a1 1 0 1 0 0-2h-3.82l.8-4.84a1 1 0 1 0-1.97-.32L15.15 8h-4.97l.8-4.84ZM14.15 14l.67-4H9.85l-.67 4h4.97Z"
	/>
`});function qt(i={}){return m`<svg
		${A(i)}
		class="discord-mention-icon"
		aria-hidden="false"
		width="24"
		height="24"
		viewBox="0 0 24 24"
		xmlns="http://www.w3.org/2000/svg"
	>
		${uo}
	</svg>`}var uo,rs=w(()=>{P();W();uo=E`
	<path
		fill="currentColor"
		d="M12 2.81a1 1 0 0 1 0-1.41l.36-.36a1 1 0 0 1 1.41 0l9.2 9.2a1 1 0 0 1 0 1.4l-.7.7a1 1 0 0 1-1.3.13l-9.54-6.72a1 1 0 0 1-.08-1.58l1-1L12 2.8ZM12 21.2a1 1 0 0 1 0 1.41l-.35.35a1 1 0 0 1-1.41 0l-9.2-9.19a1 1 0 0 1 0-1.41l.7-.7a1 1 0 0 1 1.3-.12l9.54 6.72a1 1 0 0 1 .07 1.58l-1 1 .35.36ZM15.66 16.8a1 1 0 0 1-1.38.28l-8.49-5.66A1 1 0 1 1 6.9 9.76l8.49 5.65a1 1 0 0 1 .27 1.39ZM17.1 14.25a1 1 0 1 0 1.11-1.66L9.73 6.93a1 1 0 0 0-1.11 1.66l8.49 5.66Z"
	/>
`});function Zt(i={}){return m`<svg
		${A(i)}
		class="discord-mention-icon"
		aria-hidden="false"
		width="24"
		height="24"
		viewBox="0 0 24 24"
		xmlns="http://www.w3.org/2000/svg"
	>
		${go}
	</svg>`}var go,os=w(()=>{P();W();go=E`
	<path
		fill="currentColor"
		fill-rule="evenodd"
		clip-rule="evenodd"
		d="M6 9h1V6a5 5 0 0 1 10 0v3h1a3 3 0 0 1 3 3v8a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3v-8a3 3 0 0 1 3-3Zm9-3v3H9V6a3 3 0 1 1 6 0Zm-1 8a2 2 0 0 1-1 1.73V18a1 1 0 1 1-2 0v-2.27A2 2 0 1 1 14 14Z"
	/>
`});function Wt(i={}){return m`<svg
		${A(i)}
		class="discord-mention-icon"
		aria-hidden="false"
		width="24"
		height="24"
		viewBox="0 0 24 24"
		xmlns="http://www.w3.org/2000/svg"
	>
		${zo}
	</svg>`}var zo,hs=w(()=>{P();W();zo=E`
	<path
		fill="currentColor"
		d="M12 3a1 1 0 0 0-1-1h-.06a1 1 0 0 0-.74.32L5.92 7H3a1 1 0 0 0-1 1v8a1 1 0 0 0 1 1h2.92l4.28 4.68a1 1 0 0 0 .74.32H11a1 1 0 0 0 1-1V3ZM15.1 20.75c-.58.14-1.1-.33-1.1-.92v-.03c0-.5.37-.92.85-1.05a7 7 0 0 0 0-13.5A1.11 1.11 0 0 1 14 4.2v-.03c0-.6.52-1.06 1.1-.92a9 9 0 0 1 0 17.5Z"
	/>
	<path
		fill="currentColor"
		d="M15.16 16.51c-.57.28-1.16-.2-1.16-.83v-.14c0-.43.28-.8.63-1.02a3 3 0 0 0 0-5.04c-.35-.23-.63-.6-.63-1.02v-.14c0-.63.59-1.1 1.16-.83a5 5 0 0 1 0 9.02Z"
	/>
`});var nt,Ee,ae,Pe,ls,j8,ue=w(()=>{pe();P();ne();Ce();Rt();ss();as();rs();os();hs();nt=function(i,t,s,e,a,h){function r(u){if(u!==void 0&&typeof u!="function")throw new TypeError("Function expected");return u}for(var n=e.kind,b=n==="getter"?"get":n==="setter"?"set":"value",p=!t&&i?e.static?i:i.prototype:null,l=t||(p?Object.getOwnPropertyDescriptor(p,e.name):{}),o,M=!1,g=s.length-1;g>=0;g--){var z={};for(var f in e)z[f]=f==="access"?{}:e[f];for(var f in e.access)z.access[f]=e.access[f];z.addInitializer=function(u){if(M)throw new TypeError("Cannot add initializers after decoration has completed");h.push(r(u||null))};var c=(0,s[g])(n==="accessor"?{get:l.get,set:l.set}:l[b],z);if(n==="accessor"){if(c===void 0)continue;if(c===null||typeof c!="object")throw new TypeError("Object expected");(o=r(c.get))&&(l.get=o),(o=r(c.set))&&(l.set=o),(o=r(c.init))&&a.unshift(o)}else(o=r(c))&&(n==="field"?a.unshift(o):l[b]=o)}p&&Object.defineProperty(p,e.name,l),M=!0},Ee=function(i,t,s){for(var e=arguments.length>2,a=0;a<t.length;a++)s=e?t[a].call(i,s):t[a].call(i);return e?s:void 0},ae="light-theme",Pe="compact-mode",ls="no-background",j8=(()=>{let i=[Q("discord-messages")],t,s=[],e,a=F,h,r=[],n=[],b,p=[],l=[],o,M=[],g=[],z,f=[],c=[],u,j=[],T=[];var U=class extends a{static{e=this}static{let _=typeof Symbol=="function"&&Symbol.metadata?Object.create(a[Symbol.metadata]??null):void 0;h=[Vt({context:ae}),y({type:Boolean,reflect:!0,attribute:"light-theme"})],b=[Vt({context:ls}),y({type:Boolean,reflect:!0,attribute:"no-background"})],o=[Vt({context:Pe}),y({type:Boolean,reflect:!0,attribute:"compact-mode"})],z=[y({reflect:!0,attribute:"channel-type"})],u=[y({reflect:!0,attribute:"channel-name"})],nt(this,null,h,{kind:"accessor",name:"lightTheme",static:!1,private:!1,access:{has:d=>"lightTheme"in d,get:d=>d.lightTheme,set:(d,V)=>{d.lightTheme=V}},metadata:_},r,n),nt(this,null,b,{kind:"accessor",name:"noBackground",static:!1,private:!1,access:{has:d=>"noBackground"in d,get:d=>d.noBackground,set:(d,V)=>{d.noBackground=V}},metadata:_},p,l),nt(this,null,o,{kind:"accessor",name:"compactMode",static:!1,private:!1,access:{has:d=>"compactMode"in d,get:d=>d.compactMode,set:(d,V)=>{d.compactMode=V}},metadata:_},M,g),nt(this,null,z,{kind:"accessor",name:"channelType",static:!1,private:!1,access:{has:d=>"channelType"in d,get:d=>d.channelType,set:(d,V)=>{d.channelType=V}},metadata:_},f,c),nt(this,null,u,{kind:"accessor",name:"channelName",static:!1,private:!1,access:{has:d=>"channelName"in d,get:d=>d.channelName,set:(d,V)=>{d.channelName=V}},metadata:_},j,T),nt(null,t={value:e},i,{kind:"class",name:e.name,metadata:_},null,s),U=e=t.value,_&&Object.defineProperty(e,Symbol.metadata,{enumerable:!0,configurable:!0,writable:!0,value:_})}static styles=J`
		:host {
			color: #fff;
			background-color: #36393e;
			display: block;
			font-size: 16px;
			font-family: 'gg sans', 'Noto Sans', Whitney, 'Helvetica Neue', Helvetica, Roboto, Arial, sans-serif;
			line-height: 170%;
			border: 1px solid rgba(255, 255, 255, 0.05);
		}

		:host([light-theme]) {
			color: #747f8d;
			background-color: #fff;
			border-color: #dedede;
		}

		:host([no-background]) {
			background-color: unset;
		}

		::slotted(*) {
			padding-top: 0.125rem;
			padding-bottom: 0.125rem;
		}

		::slotted(*:first-child) {
			margin-top: 0.5rem;
		}

		::slotted(*:not(:first-child)) {
			margin-top: 1.0625rem;
		}

		:host([compact-mode]) ::slotted(*:not(:first-child)) {
			margin-top: unset;
		}

		::slotted(*:last-child) {
			margin-bottom: 0.5rem;
			border-bottom-width: 0;
		}

		:host .discord-channel-header {
			display: flex;
			align-items: center;
			padding: 0.5rem 1rem;
			box-shadow:
				0 2px 0 0 rgba(0, 0, 0, 0.05),
				0 1.5px 0 0 rgba(0, 0, 0, 0.05),
				0 1px 0 0 rgba(0, 0, 0, 0.16);
		}

		:host .discord-channel-icon {
			height: 24px;
			width: auto;
			margin: 0 8px;
			position: relative;
			flex: 0 0 auto;
			color: #80848e;
		}

		:host([light-theme]) .discord-channel-icon {
			color: #6d6f78;
		}

		:host .discord-channel-name {
			margin: 0 8px 0 0;
			flex: 0 0 auto;
			min-width: auto;
		}
	`;#e=Ee(this,r,!1);get lightTheme(){return this.#e}set lightTheme(_){this.#e=_}#t=(Ee(this,n),Ee(this,p,!1));get noBackground(){return this.#t}set noBackground(_){this.#t=_}#i=(Ee(this,l),Ee(this,M,!1));get compactMode(){return this.#i}set compactMode(_){this.#i=_}#s=(Ee(this,g),Ee(this,f,void 0));get channelType(){return this.#s}set channelType(_){this.#s=_}#a=(Ee(this,c),Ee(this,j,void 0));get channelName(){return this.#a}set channelName(_){this.#a=_}connectedCallback(){super.connectedCallback(),(this.lightTheme||Ua==="light"&&this.lightTheme)&&(this.lightTheme=!0),(this.compactMode||Fa==="compact"&&this.compactMode)&&(this.compactMode=!0),(this.noBackground||qa==="none"&&this.noBackground)&&(this.noBackground=!0)}render(){let _;switch(this.channelType){case"text":_=m`${Ft()}`;break;case"voice":_=m`${Wt()}`;break;case"locked":_=m`${Zt()}`;break;case"thread":_=m`${qt()}`;break;case"forum":_=m`${Ut()}`;break}return m`
			${N(this.channelType&&this.channelName,()=>m`<div class="discord-channel-header">
						<div class="discord-channel-icon">${_}</div>
						<div class="discord-channel-name">${this.channelName}</div>
					</div>`)}
			<slot></slot>
		`}constructor(){super(...arguments),Ee(this,T)}static{Ee(e,s)}};return U=e})()});var ze,Wa=w(()=>{Be();lt();ze=Ye(class extends Ze{constructor(i){if(super(i),i.type!==ht.ATTRIBUTE||i.name!=="class"||i.strings?.length>2)throw Error("`classMap()` can only be used in the `class` attribute and must be the only part in the attribute.")}render(i){return" "+Object.keys(i).filter(t=>i[t]).join(" ")+" "}update(i,[t]){if(this.st===void 0){this.st=new Set,i.strings!==void 0&&(this.nt=new Set(i.strings.join(" ").split(/\s/).filter(e=>e!=="")));for(let e in t)t[e]&&!this.nt?.has(e)&&this.st.add(e);return this.render(t)}let s=i.element.classList;for(let e of this.st)e in t||(s.remove(e),this.st.delete(e));for(let e in t){let a=!!t[e];a===this.st.has(e)||this.nt?.has(e)||(a?(s.add(e),this.st.add(e)):(s.remove(e),this.st.delete(e)))}return Te}})});var ct=w(()=>{Wa()});var R,Ga=w(()=>{Be();R=i=>i??se});var Ae=w(()=>{Ga()});function dt(i,t=!1,s=!1){if(!(i instanceof Date)&&typeof i!="string")throw new TypeError("Timestamp prop must be a Date object or a string.");return t?xo(i,s):Mo(i)}function Ja(i){if(!Ka.test(i))throw new ns(`The url of an image for discord-image-attachment should match the regex ${Ka}`)}function mt(i){let t=et().emojis?.[i];if(t)return t;let s=wo.exec(i);if(s?.groups){let{name:e,id:a,animated:h}=s.groups;return{name:e,url:`https://cdn.discordapp.com/emojis/${a}.${h?"gif":"png"}`}}}function Di(i){if(i)return Za.get(i)??i}var ns,_o,bo,yo,Mo,xo,Ka,wo,Ne=w(()=>{Rt();ns=class extends Error{constructor(t){super(t),this.name="DiscordComponentsError"}},_o=new Intl.DateTimeFormat("en-US",{day:"2-digit",month:"2-digit",year:"numeric"}),bo=new Intl.DateTimeFormat("en-US",{hour12:!0,hour:"2-digit",minute:"2-digit"}),yo=new Intl.DateTimeFormat("en-US",{hour12:!1,hour:"2-digit",minute:"2-digit"}),Mo=i=>i instanceof Date?_o.format(i):i,xo=(i,t=!1)=>i instanceof Date?t?yo.format(i):bo.format(i):i;Ka=/\.(?<ext>bmp|jpe?g|png|gif|webp|tiff)$/i;wo=/(?:<(?<animated>a)?:(?<name>\w{2,32}):)?(?<id>\d{17,21})>?/});function We(i={}){return m`<svg
		${A(i)}
		class="discord-application-tag-verified"
		aria-label="Verified App"
		aria-hidden="false"
		width="16"
		height="16"
		viewBox="0 0 16 15.2"
		xmlns="http://www.w3.org/2000/svg"
	>
		${Ho}
	</svg>`}var Ho,Oi=w(()=>{P();W();Ho=E`
	<path d="M7.4,11.17,4,8.62,5,7.26l2,1.53L10.64,4l1.36,1Z" fill="currentColor" />
`});var cs,Gt,an,Qa=w(()=>{pe();P();ne();Ce();ue();Oi();cs=function(i,t,s,e,a,h){function r(u){if(u!==void 0&&typeof u!="function")throw new TypeError("Function expected");return u}for(var n=e.kind,b=n==="getter"?"get":n==="setter"?"set":"value",p=!t&&i?e.static?i:i.prototype:null,l=t||(p?Object.getOwnPropertyDescriptor(p,e.name):{}),o,M=!1,g=s.length-1;g>=0;g--){var z={};for(var f in e)z[f]=f==="access"?{}:e[f];for(var f in e.access)z.access[f]=e.access[f];z.addInitializer=function(u){if(M)throw new TypeError("Cannot add initializers after decoration has completed");h.push(r(u||null))};var c=(0,s[g])(n==="accessor"?{get:l.get,set:l.set}:l[b],z);if(n==="accessor"){if(c===void 0)continue;if(c===null||typeof c!="object")throw new TypeError("Object expected");(o=r(c.get))&&(l.get=o),(o=r(c.set))&&(l.set=o),(o=r(c.init))&&a.unshift(o)}else(o=r(c))&&(n==="field"?a.unshift(o):l[b]=o)}p&&Object.defineProperty(p,e.name,l),M=!0},Gt=function(i,t,s){for(var e=arguments.length>2,a=0;a<t.length;a++)s=e?t[a].call(i,s):t[a].call(i);return e?s:void 0},an=(()=>{let i=[Q("discord-verified-author-tag")],t,s=[],e,a=F,h,r=[],n=[],b,p=[],l=[];var o=class extends a{static{e=this}static{let M=typeof Symbol=="function"&&Symbol.metadata?Object.create(a[Symbol.metadata]??null):void 0;h=[y({type:Boolean})],b=[Y({context:Pe}),y({type:Boolean,reflect:!0,attribute:"compact-mode"})],cs(this,null,h,{kind:"accessor",name:"verified",static:!1,private:!1,access:{has:g=>"verified"in g,get:g=>g.verified,set:(g,z)=>{g.verified=z}},metadata:M},r,n),cs(this,null,b,{kind:"accessor",name:"compactMode",static:!1,private:!1,access:{has:g=>"compactMode"in g,get:g=>g.compactMode,set:(g,z)=>{g.compactMode=z}},metadata:M},p,l),cs(null,t={value:e},i,{kind:"class",name:e.name,metadata:M},null,s),o=e=t.value,M&&Object.defineProperty(e,Symbol.metadata,{enumerable:!0,configurable:!0,writable:!0,value:M})}static styles=J`
		:host {
			background-color: #5865f2;
			color: #fff;
			font-size: 0.625em;
			margin-left: 4px;
			border-radius: 3px;
			line-height: 100%;
			text-transform: uppercase;
			display: inline-flex;
			align-items: center;
			height: 0.9375rem;
			padding: 0 0.275rem;
			margin-top: 0.075em;
			border-radius: 0.1875rem;
		}

		:host .discord-application-tag-verified {
			display: inline-block;
			width: 0.9375rem;
			height: 0.9375rem;
			margin-left: -0.25rem;
		}

		:host([compact-mode]) {
			padding-left: 10px;
			padding-right: 4px;
			margin-right: 0.25rem;
			margin-left: 0px !important;
			margin-top: 0px !important;
		}

		:host([compact-mode]) .discord-application-tag-verified {
			margin-right: 0.7em;
			margin-left: -0.7em;
		}
	`;#e=Gt(this,r,!1);get verified(){return this.#e}set verified(M){this.#e=M}#t=(Gt(this,n),Gt(this,p,!1));get compactMode(){return this.#t}set compactMode(M){this.#t=M}render(){return m`${N(this.verified,()=>We())}App`}constructor(){super(...arguments),Gt(this,l)}static{Gt(e,s)}};return o=e})()});var Xa,$o,Le,Ya=w(()=>{Be();lt();Xa="important",$o=" !"+Xa,Le=Ye(class extends Ze{constructor(i){if(super(i),i.type!==ht.ATTRIBUTE||i.name!=="style"||i.strings?.length>2)throw Error("The `styleMap` directive must be used in the `style` attribute and must be the only part in the attribute.")}render(i){return Object.keys(i).reduce((t,s)=>{let e=i[s];return e==null?t:t+`${s=s.includes("-")?s:s.replace(/(?:^(webkit|moz|ms|o)|)(?=[A-Z])/g,"-$&").toLowerCase()}:${e};`},"")}update(i,[t]){let{style:s}=i.element;if(this.ft===void 0)return this.ft=new Set(Object.keys(t)),this.render(t);for(let e of this.ft)t[e]==null&&(this.ft.delete(e),e.includes("-")?s.removeProperty(e):s[e]=null);for(let e in t){let a=t[e];if(a!=null){this.ft.add(e);let h=typeof a=="string"&&a.endsWith($o);e.includes("-")||h?s.setProperty(e,h?a.slice(0,-11):a,h?Xa:""):s[e]=a}}return Te}})});var Kt=w(()=>{Ya()});var ve,ee,xn,er=w(()=>{Qa();pe();P();ne();Ae();Kt();Ce();Ne();ue();Oi();ve=function(i,t,s,e,a,h){function r(u){if(u!==void 0&&typeof u!="function")throw new TypeError("Function expected");return u}for(var n=e.kind,b=n==="getter"?"get":n==="setter"?"set":"value",p=!t&&i?e.static?i:i.prototype:null,l=t||(p?Object.getOwnPropertyDescriptor(p,e.name):{}),o,M=!1,g=s.length-1;g>=0;g--){var z={};for(var f in e)z[f]=f==="access"?{}:e[f];for(var f in e.access)z.access[f]=e.access[f];z.addInitializer=function(u){if(M)throw new TypeError("Cannot add initializers after decoration has completed");h.push(r(u||null))};var c=(0,s[g])(n==="accessor"?{get:l.get,set:l.set}:l[b],z);if(n==="accessor"){if(c===void 0)continue;if(c===null||typeof c!="object")throw new TypeError("Object expected");(o=r(c.get))&&(l.get=o),(o=r(c.set))&&(l.set=o),(o=r(c.init))&&a.unshift(o)}else(o=r(c))&&(n==="field"?a.unshift(o):l[b]=o)}p&&Object.defineProperty(p,e.name,l),M=!0},ee=function(i,t,s){for(var e=arguments.length>2,a=0;a<t.length;a++)s=e?t[a].call(i,s):t[a].call(i);return e?s:void 0},xn=(()=>{let i=[Q("discord-author-info")],t,s=[],e,a=F,h,r=[],n=[],b,p=[],l=[],o,M=[],g=[],z,f=[],c=[],u,j=[],T=[],U,_=[],d=[],V,re=[],he=[],le,de=[],me=[],fe,q=[],I=[],X,_e=[],be=[],ye,Me=[],xe=[],we,He=[],$e=[],ke,B=[],k=[];var Z=class extends a{static{e=this}static{let D=typeof Symbol=="function"&&Symbol.metadata?Object.create(a[Symbol.metadata]??null):void 0;h=[y()],b=[y({type:Boolean})],o=[y({type:Boolean})],z=[y({type:Boolean,attribute:"official-app"})],u=[y({type:Boolean})],U=[y({attribute:"role-color"})],V=[y({attribute:"role-icon"})],le=[y({attribute:"role-name"})],fe=[y({attribute:"clan-icon"})],X=[y({attribute:"clan-tag"})],ye=[y({type:Boolean})],we=[Y({context:Pe}),y({type:Boolean,reflect:!0,attribute:"compact-mode"})],ke=[Y({context:ae}),y({type:Boolean,reflect:!0,attribute:"light-theme"})],ve(this,null,h,{kind:"accessor",name:"author",static:!1,private:!1,access:{has:$=>"author"in $,get:$=>$.author,set:($,K)=>{$.author=K}},metadata:D},r,n),ve(this,null,b,{kind:"accessor",name:"bot",static:!1,private:!1,access:{has:$=>"bot"in $,get:$=>$.bot,set:($,K)=>{$.bot=K}},metadata:D},p,l),ve(this,null,o,{kind:"accessor",name:"server",static:!1,private:!1,access:{has:$=>"server"in $,get:$=>$.server,set:($,K)=>{$.server=K}},metadata:D},M,g),ve(this,null,z,{kind:"accessor",name:"officialApp",static:!1,private:!1,access:{has:$=>"officialApp"in $,get:$=>$.officialApp,set:($,K)=>{$.officialApp=K}},metadata:D},f,c),ve(this,null,u,{kind:"accessor",name:"op",static:!1,private:!1,access:{has:$=>"op"in $,get:$=>$.op,set:($,K)=>{$.op=K}},metadata:D},j,T),ve(this,null,U,{kind:"accessor",name:"roleColor",static:!1,private:!1,access:{has:$=>"roleColor"in $,get:$=>$.roleColor,set:($,K)=>{$.roleColor=K}},metadata:D},_,d),ve(this,null,V,{kind:"accessor",name:"roleIcon",static:!1,private:!1,access:{has:$=>"roleIcon"in $,get:$=>$.roleIcon,set:($,K)=>{$.roleIcon=K}},metadata:D},re,he),ve(this,null,le,{kind:"accessor",name:"roleName",static:!1,private:!1,access:{has:$=>"roleName"in $,get:$=>$.roleName,set:($,K)=>{$.roleName=K}},metadata:D},de,me),ve(this,null,fe,{kind:"accessor",name:"clanIcon",static:!1,private:!1,access:{has:$=>"clanIcon"in $,get:$=>$.clanIcon,set:($,K)=>{$.clanIcon=K}},metadata:D},q,I),ve(this,null,X,{kind:"accessor",name:"clanTag",static:!1,private:!1,access:{has:$=>"clanTag"in $,get:$=>$.clanTag,set:($,K)=>{$.clanTag=K}},metadata:D},_e,be),ve(this,null,ye,{kind:"accessor",name:"verified",static:!1,private:!1,access:{has:$=>"verified"in $,get:$=>$.verified,set:($,K)=>{$.verified=K}},metadata:D},Me,xe),ve(this,null,we,{kind:"accessor",name:"compactMode",static:!1,private:!1,access:{has:$=>"compactMode"in $,get:$=>$.compactMode,set:($,K)=>{$.compactMode=K}},metadata:D},He,$e),ve(this,null,ke,{kind:"accessor",name:"lightTheme",static:!1,private:!1,access:{has:$=>"lightTheme"in $,get:$=>$.lightTheme,set:($,K)=>{$.lightTheme=K}},metadata:D},B,k),ve(null,t={value:e},i,{kind:"class",name:e.name,metadata:D},null,s),Z=e=t.value,D&&Object.defineProperty(e,Symbol.metadata,{enumerable:!0,configurable:!0,writable:!0,value:D})}static styles=J`
		:host {
			display: inline-flex;
			align-items: center;
			font-size: 16px;
			text-underline-offset: 1px;
			margin-right: 0.25rem;
		}

		:host .discord-author-username {
			color: #fff;
			font-size: 1em;
			font-weight: 500;
		}

		:host .discord-author-username:hover {
			text-decoration: underline;
			cursor: pointer;
		}

		:host([light-theme]) .discord-author-username {
			color: #23262a;
		}

		:host .discord-clan-tag {
			background-color: oklab(0.431937 0.00109309 -0.0132537 / 0.54);
			color: #fff;
			font-size: 12px;
			font-weight: 500;
			margin-left: 0.25rem;
			border-radius: 4px;
			line-height: 100%;
			text-transform: uppercase;
			display: inline-flex;
			width: max-content;
			gap: 0.25rem;
			justify-content: space-between;
			align-items: center;
			padding: 0 0.275rem;
			margin-top: 0.075em;
			height: 1.2rem;
			min-width: 45px;
			line-height: 1rem !important;
			transition: background-color 100ms ease-in-out;
			cursor: pointer;
		}

		:host .discord-clan-tag:hover {
			background-color: oklab(0.431937 0.00109309 -0.0132537 / 0.34);
		}

		:host([light-theme]) .discord-clan-tag {
			background-color: hsl(0 calc(1 * 0%) 0.8%/0.09);
			color: #000;
		}

		:host([light-theme]) .discord-clan-tag:hover {
			background-color: hsl(0 calc(1 * 0%) 0.8%/0.03);
		}

		:host([compact-mode]) .discord-clan-tag {
			margin-left: 0rem;
		}

		:host .discord-clan-tag span,
		:host .discord-clan-tag svg,
		:host .discord-clan-tag img {
			user-select: none;
			-webkit-user-select: none;
		}

		:host .discord-application-tag {
			background-color: #5865f2;
			color: #fff;
			font-size: 0.625em;
			border-radius: 3px;
			line-height: 100%;
			text-transform: uppercase;

			/* Use flex layout to ensure both verified icon and "BOT" text are aligned to center */
			display: inline-flex;
			align-items: center;

			/* Styling taken through Inspect Element on Discord client for Windows */
			height: 0.9375rem;
			padding: 0 0.275rem;
			margin-top: 0.075em;
			border-radius: 0.1875rem;
		}

		:host .discord-official-application {
			background-color: #5865f2;
			color: #fff;
			font-size: 0.625em;
			margin-left: 4px;
			border-radius: 3px;
			line-height: 100%;
			text-transform: uppercase;

			/* Use flex layout to ensure both verified icon and "BOT" text are aligned to center */
			display: flex;
			align-items: center;

			/* Styling taken through Inspect Element on Discord client for Windows */
			height: 0.9375rem;
			padding: 0 0.275rem;
			margin-top: 0.075em;
			border-radius: 0.1875rem;
		}

		:host([compact-mode]) .discord-official-application {
			margin-right: 5px;
			margin-left: 0px !important;
		}

		:host .discord-application-tag.discord-application-tag-op {
			background-color: #c9cdfb;
			color: #4752c4;
			border-radius: 0.4rem;
		}

		:host .discord-author-role-icon {
			margin-left: 0.25rem;
			vertical-align: top;
			height: calc(1rem + 4px);
			width: calc(1rem + 4px);
		}

		:host([compact-mode]) .discord-author-username {
			margin-right: 0.25rem;
		}

		:host([compact-mode]) .discord-application-tag {
			padding-left: 10px;
			padding-right: 4px;
			margin-right: 0.25rem;
		}
	`;#e=ee(this,r,void 0);get author(){return this.#e}set author(D){this.#e=D}#t=(ee(this,n),ee(this,p,!1));get bot(){return this.#t}set bot(D){this.#t=D}#i=(ee(this,l),ee(this,M,!1));get server(){return this.#i}set server(D){this.#i=D}#s=(ee(this,g),ee(this,f,!1));get officialApp(){return this.#s}set officialApp(D){this.#s=D}#a=(ee(this,c),ee(this,j,!1));get op(){return this.#a}set op(D){this.#a=D}#r=(ee(this,T),ee(this,_,void 0));get roleColor(){return this.#r}set roleColor(D){this.#r=D}#o=(ee(this,d),ee(this,re,void 0));get roleIcon(){return this.#o}set roleIcon(D){this.#o=D}#h=(ee(this,he),ee(this,de,void 0));get roleName(){return this.#h}set roleName(D){this.#h=D}#l=(ee(this,me),ee(this,q,void 0));get clanIcon(){return this.#l}set clanIcon(D){this.#l=D}#n=(ee(this,I),ee(this,_e,void 0));get clanTag(){return this.#n}set clanTag(D){this.#n=D}#c=(ee(this,be),ee(this,Me,!1));get verified(){return this.#c}set verified(D){this.#c=D}#d=(ee(this,xe),ee(this,He,!1));get compactMode(){return this.#d}set compactMode(D){this.#d=D}#m=(ee(this,$e),ee(this,B,!1));get lightTheme(){return this.#m}set lightTheme(D){this.#m=D}render(){let D=Di(this.clanIcon),$=this.clanTag?.slice(0,4);return m`${N(this.compactMode,()=>null,()=>m`<span class="discord-author-username" style="${Le({color:this.roleColor??void 0})}">${this.author}</span>`)}
		${N(this.roleIcon&&!this.compactMode,()=>m`<img
					class="discord-author-role-icon"
					src=${R(this.roleIcon)}
					height="20"
					width="20"
					alt=${R(this.roleName)}
					draggable="false"
				/>`)}
		${N(this.bot&&!this.server&&!this.officialApp,()=>m`<discord-verified-author-tag .verified=${this.verified}></discord-verified-author-tag>`)}
		${N(this.server&&!this.bot&&!this.officialApp,()=>m`<span class="discord-application-tag">Server</span>`)}
		${N(this.officialApp&&!this.server&&!this.bot,()=>m`<span class="discord-official-application">${We()}OFFICIAL</span>`)}
		${N(this.op,()=>m`<span class="discord-application-tag discord-application-tag-op">OP</span>`)}
		${N(this.compactMode,()=>m`<span class="discord-author-username" style="${Le({color:this.roleColor??void 0})}">${this.author}</span>`)}
		${N(this.clanIcon&&this.clanTag&&this.clanTag?.length>0,()=>m`
				<span class="discord-clan-tag">
					${D==="string"?m`<img srcset=${R(D)} alt=${R($)} width="12" height="12" draggable="false" />`:D}
					<span>${$}</span>
				</span>
			`)} `}constructor(){super(...arguments),ee(this,k)}static{ee(e,s)}};return Z=e})()});function ds(i={}){return m`<svg
		${A(i)}
		class="discord-message-ephemeral-icon"
		aria-hidden="false"
		width="16"
		height="16"
		viewBox="0 0 24 24"
		xmlns="http://www.w3.org/2000/svg"
	>
		${ko}
	</svg>`}var ko,tr=w(()=>{P();W();ko=E`
 	<path 
		fill="currentColor" 
 		d="M15.56 11.77c.2-.1.44.02.44.23a4 4 0 1 1-4-4c.21 0 .33.25.23.44a2.5 2.5 0 0 0 3.32 3.32Z"
 	/>
  	<path 
		fill="currentColor" 
  		fill-rule="evenodd" 
  		d="M22.89 11.7q.105.3 0 .6C22.27 13.9 19.1 21 12 21c-7.11 0-10.27-7.11-10.89-8.7a.83.83 0 0 1 0-.6C1.73 10.1 4.9 3 12 3c7.11 0 10.27 7.11 10.89 8.7m-4.5-3.62A15.1 15.1 0 0 1 20.85 12c-.38.88-1.18 2.47-2.46 3.92C16.87 17.62 14.8 19 12 19s-4.87-1.38-6.39-3.08A15.1 15.1 0 0 1 3.15 12c.38-.88 1.18-2.47 2.46-3.92C7.13 6.38 9.2 5 12 5s4.87 1.38 6.39 3.08" 
  		clip-rule="evenodd"
  	/>
`});var te,L,Nn,ir=w(()=>{pe();P();ne();ct();Ae();Ce();Rt();Ne();er();ue();tr();te=function(i,t,s,e,a,h){function r(u){if(u!==void 0&&typeof u!="function")throw new TypeError("Function expected");return u}for(var n=e.kind,b=n==="getter"?"get":n==="setter"?"set":"value",p=!t&&i?e.static?i:i.prototype:null,l=t||(p?Object.getOwnPropertyDescriptor(p,e.name):{}),o,M=!1,g=s.length-1;g>=0;g--){var z={};for(var f in e)z[f]=f==="access"?{}:e[f];for(var f in e.access)z.access[f]=e.access[f];z.addInitializer=function(u){if(M)throw new TypeError("Cannot add initializers after decoration has completed");h.push(r(u||null))};var c=(0,s[g])(n==="accessor"?{get:l.get,set:l.set}:l[b],z);if(n==="accessor"){if(c===void 0)continue;if(c===null||typeof c!="object")throw new TypeError("Object expected");(o=r(c.get))&&(l.get=o),(o=r(c.set))&&(l.set=o),(o=r(c.init))&&a.unshift(o)}else(o=r(c))&&(n==="field"?a.unshift(o):l[b]=o)}p&&Object.defineProperty(p,e.name,l),M=!0},L=function(i,t,s){for(var e=arguments.length>2,a=0;a<t.length;a++)s=e?t[a].call(i,s):t[a].call(i);return e?s:void 0},Nn=(()=>{let i=[Q("discord-message")],t,s=[],e,a=F,h,r=[],n=[],b,p=[],l=[],o,M=[],g=[],z,f=[],c=[],u,j=[],T=[],U,_=[],d=[],V,re=[],he=[],le,de=[],me=[],fe,q=[],I=[],X,_e=[],be=[],ye,Me=[],xe=[],we,He=[],$e=[],ke,B=[],k=[],Z,D=[],$=[],K,gt=[],zt=[],_t,bt=[],yt=[],Mt,xt=[],wt=[],Ht,$t=[],kt=[],Tt,S=[],x=[],O,it=[],Ct=[],Yt,Ms=[],xs=[],ws,Hs=[],$s=[],ks,Ts=[],Cs=[],Es,As=[],Vs=[];var js=class extends a{static{e=this}static{let H=typeof Symbol=="function"&&Symbol.metadata?Object.create(a[Symbol.metadata]??null):void 0;h=[y()],b=[y()],o=[y()],z=[y({type:Boolean})],u=[y({type:Boolean})],U=[y({type:Boolean,attribute:"official-app"})],V=[y({type:Boolean})],le=[y({type:Boolean})],fe=[y({type:Boolean})],X=[y({attribute:"role-color"})],ye=[y({attribute:"role-icon"})],we=[y({attribute:"role-name"})],ke=[y({attribute:"clan-icon"})],Z=[y({attribute:"clan-tag"})],K=[y({type:Boolean,reflect:!0})],_t=[y({type:Boolean,reflect:!0})],Mt=[y({type:String,converter:v=>dt(v,!1,!1),attribute:!0})],Ht=[y({type:Boolean,attribute:"twenty-four"})],Tt=[y({type:Boolean,attribute:"message-body-only"})],O=[Y({context:ae}),y({type:Boolean,reflect:!0,attribute:"light-theme"})],Yt=[Y({context:Pe}),y({type:Boolean,reflect:!0,attribute:"compact-mode"})],ws=[Y({context:ls}),y({type:Boolean,reflect:!0,attribute:"no-background"})],ks=[y({type:Boolean,reflect:!0,attribute:"has-thread"})],Es=[y({reflect:!1,attribute:"dismiss-message-clicked"})],te(this,null,h,{kind:"accessor",name:"profile",static:!1,private:!1,access:{has:v=>"profile"in v,get:v=>v.profile,set:(v,C)=>{v.profile=C}},metadata:H},r,n),te(this,null,b,{kind:"accessor",name:"author",static:!1,private:!1,access:{has:v=>"author"in v,get:v=>v.author,set:(v,C)=>{v.author=C}},metadata:H},p,l),te(this,null,o,{kind:"accessor",name:"avatar",static:!1,private:!1,access:{has:v=>"avatar"in v,get:v=>v.avatar,set:(v,C)=>{v.avatar=C}},metadata:H},M,g),te(this,null,z,{kind:"accessor",name:"bot",static:!1,private:!1,access:{has:v=>"bot"in v,get:v=>v.bot,set:(v,C)=>{v.bot=C}},metadata:H},f,c),te(this,null,u,{kind:"accessor",name:"server",static:!1,private:!1,access:{has:v=>"server"in v,get:v=>v.server,set:(v,C)=>{v.server=C}},metadata:H},j,T),te(this,null,U,{kind:"accessor",name:"officialApp",static:!1,private:!1,access:{has:v=>"officialApp"in v,get:v=>v.officialApp,set:(v,C)=>{v.officialApp=C}},metadata:H},_,d),te(this,null,V,{kind:"accessor",name:"verified",static:!1,private:!1,access:{has:v=>"verified"in v,get:v=>v.verified,set:(v,C)=>{v.verified=C}},metadata:H},re,he),te(this,null,le,{kind:"accessor",name:"op",static:!1,private:!1,access:{has:v=>"op"in v,get:v=>v.op,set:(v,C)=>{v.op=C}},metadata:H},de,me),te(this,null,fe,{kind:"accessor",name:"edited",static:!1,private:!1,access:{has:v=>"edited"in v,get:v=>v.edited,set:(v,C)=>{v.edited=C}},metadata:H},q,I),te(this,null,X,{kind:"accessor",name:"roleColor",static:!1,private:!1,access:{has:v=>"roleColor"in v,get:v=>v.roleColor,set:(v,C)=>{v.roleColor=C}},metadata:H},_e,be),te(this,null,ye,{kind:"accessor",name:"roleIcon",static:!1,private:!1,access:{has:v=>"roleIcon"in v,get:v=>v.roleIcon,set:(v,C)=>{v.roleIcon=C}},metadata:H},Me,xe),te(this,null,we,{kind:"accessor",name:"roleName",static:!1,private:!1,access:{has:v=>"roleName"in v,get:v=>v.roleName,set:(v,C)=>{v.roleName=C}},metadata:H},He,$e),te(this,null,ke,{kind:"accessor",name:"clanIcon",static:!1,private:!1,access:{has:v=>"clanIcon"in v,get:v=>v.clanIcon,set:(v,C)=>{v.clanIcon=C}},metadata:H},B,k),te(this,null,Z,{kind:"accessor",name:"clanTag",static:!1,private:!1,access:{has:v=>"clanTag"in v,get:v=>v.clanTag,set:(v,C)=>{v.clanTag=C}},metadata:H},D,$),te(this,null,K,{kind:"accessor",name:"highlight",static:!1,private:!1,access:{has:v=>"highlight"in v,get:v=>v.highlight,set:(v,C)=>{v.highlight=C}},metadata:H},gt,zt),te(this,null,_t,{kind:"accessor",name:"ephemeral",static:!1,private:!1,access:{has:v=>"ephemeral"in v,get:v=>v.ephemeral,set:(v,C)=>{v.ephemeral=C}},metadata:H},bt,yt),te(this,null,Mt,{kind:"accessor",name:"timestamp",static:!1,private:!1,access:{has:v=>"timestamp"in v,get:v=>v.timestamp,set:(v,C)=>{v.timestamp=C}},metadata:H},xt,wt),te(this,null,Ht,{kind:"accessor",name:"twentyFour",static:!1,private:!1,access:{has:v=>"twentyFour"in v,get:v=>v.twentyFour,set:(v,C)=>{v.twentyFour=C}},metadata:H},$t,kt),te(this,null,Tt,{kind:"accessor",name:"messageBodyOnly",static:!1,private:!1,access:{has:v=>"messageBodyOnly"in v,get:v=>v.messageBodyOnly,set:(v,C)=>{v.messageBodyOnly=C}},metadata:H},S,x),te(this,null,O,{kind:"accessor",name:"lightTheme",static:!1,private:!1,access:{has:v=>"lightTheme"in v,get:v=>v.lightTheme,set:(v,C)=>{v.lightTheme=C}},metadata:H},it,Ct),te(this,null,Yt,{kind:"accessor",name:"compactMode",static:!1,private:!1,access:{has:v=>"compactMode"in v,get:v=>v.compactMode,set:(v,C)=>{v.compactMode=C}},metadata:H},Ms,xs),te(this,null,ws,{kind:"accessor",name:"noBackground",static:!1,private:!1,access:{has:v=>"noBackground"in v,get:v=>v.noBackground,set:(v,C)=>{v.noBackground=C}},metadata:H},Hs,$s),te(this,null,ks,{kind:"accessor",name:"hasThread",static:!1,private:!1,access:{has:v=>"hasThread"in v,get:v=>v.hasThread,set:(v,C)=>{v.hasThread=C}},metadata:H},Ts,Cs),te(this,null,Es,{kind:"accessor",name:"dismissMessageClicked",static:!1,private:!1,access:{has:v=>"dismissMessageClicked"in v,get:v=>v.dismissMessageClicked,set:(v,C)=>{v.dismissMessageClicked=C}},metadata:H},As,Vs),te(null,t={value:e},i,{kind:"class",name:e.name,metadata:H},null,s),js=e=t.value,H&&Object.defineProperty(e,Symbol.metadata,{enumerable:!0,configurable:!0,writable:!0,value:H})}static styles=J`
		:host {
			color: #dcddde;
			display: flex;
			flex-direction: column;
			font-size: 0.9em;
			font-family: 'gg sans', 'Noto Sans', Whitney, 'Helvetica Neue', Helvetica, Roboto, Arial, sans-serif;

			position: relative;
			word-wrap: break-word;
			-webkit-user-select: text;
			-moz-user-select: text;
			-ms-user-select: text;
			user-select: text;
			-webkit-box-flex: 0;
			-ms-flex: 0 0 auto;
			flex: 0 0 auto;
			min-height: 1.375rem;
			padding-left: 1em;
			padding-right: 48px;
			margin-top: inherit;
			margin-bottom: inherit;
			line-height: 16px;
		}

		.discord-message-inner {
			display: flex;
			position: relative;
			-webkit-box-flex: 0;
			-ms-flex: 0 0 auto;
			flex: 0 0 auto;
		}

		.discord-message-inner-center {
			align-items: center;
		}

		:host([message-body-only]) {
			margin-top: 0px !important;
			padding-top: 0.125rem !important;
			padding-bottom: 0.0625rem !important;
		}

		:host([highlight]),
		:host([ephemeral]) {
			padding-right: 5px;
			position: relative;
		}

		:host([highlight])::before,
		:host([ephemeral])::before {
			content: '';
			position: absolute;
			display: block;
			top: 0;
			left: 0;
			bottom: 0;
			pointer-events: none;
			width: 2px;
		}

		:host([highlight]) {
			background-color: rgba(250, 166, 26, 0.1);
		}

		:host([highlight][light-theme]) {
			background-color: rgba(250, 166, 26, 0.1);
		}

		:host([highlight])::before {
			background-color: #faa61a;
		}

		:host([light-theme][highlight])::before {
			background-color: #af7615;
		}

		:host([ephemeral]) {
			background-color: rgba(88, 101, 242, 0.05);
		}

		:host([ephemeral]:hover) {
			background-color: rgba(88, 101, 242, 0.1);
		}

		:host([ephemeral])::before {
			background-color: #5865f2;
		}

		:host([light-theme]) {
			color: #2e3338;
			border-color: #eceeef;
		}

		.discord-author-avatar {
			margin-right: 16px;
			margin-top: 5px;
			min-width: 40px;
			z-index: 1;
			display: flex;
		}

		.discord-author-avatar img {
			width: 40px;
			height: 40px;
			border-radius: 50%;
			cursor: pointer;
		}

		.discord-message-timestamp {
			color: #72767d;
			font-size: 12px;
			margin-left: 3px;
		}

		.discord-message-body-only-indent {
			width: 56px;
		}

		:host(:hover) .discord-message-timestamp-hover::before {
			content: attr(datetime);
		}

		:host([light-theme]) .discord-message-timestamp {
			color: #747f8d;
		}

		.discord-message-edited {
			color: #72767d;
			font-size: 10px;
		}

		:host([light-theme]) .discord-message-edited {
			color: #99aab5;
		}

		.discord-message-content {
			width: 100%;
			line-height: 160%;
			font-weight: normal;
			padding-top: 2px;
		}

		.discord-message-body {
			font-size: 1rem;
			font-weight: 400;
			word-break: break-word;
			position: relative;
		}

		:host([light-theme]) .discord-message-timestamp,
		:host([compact-mode]) .discord-message:hover .discord-message-timestamp {
			color: #99aab5;
		}

		:host([light-theme][compact-mode]).discord-message-timestamp {
			color: #d1d9de;
		}

		:host([compact-mode]) .discord-message-timestamp {
			display: inline-block;
			width: 3.1rem;
			text-align: right;
			font-size: 0.6875rem;
			line-height: 1.375rem;
			margin-right: 0.375rem;
			margin-left: 0;
			text-indent: 0;
		}

		:host([compact-mode]) .discord-message-body {
			line-height: 1.375rem;
			padding-left: 10px;
			margin-left: -6px;
		}

		:host([compact-mode]) .discord-message-compact-indent {
			padding-left: 10px;
		}

		:host .discord-message-markup {
			font-size: 1rem;
			line-height: 1.375rem;
			word-wrap: break-word;
			user-select: text;
			font-weight: 400;
			display: inline;
		}

		:host(:hover) {
			background-color: hsl(0 calc(1 * 0%) 0.8%/0.03);
		}

		:host([highlight]:hover) {
			background-color: hsl(40 calc(1 * 86.4%) 56.9%/0.08);
		}

		:host([has-thread]):after {
			width: 2rem;
			left: 2.2rem;
			top: 4.8rem;
			border-left: 2px solid #4f545c !important;
			border-bottom: 2px solid #4f545c !important;
			border-bottom-left-radius: 8px !important;
			bottom: 29px;
			content: '';
			position: absolute;
		}

		:host([light-theme][has-Thread]):after {
			border-color: #747f8d !important;
		}

		.discord-message-ephemeral {
			margin-top: 4px;
			font-size: 12px;
			font-weight: 400;
			color: #72767d;
		}

		:host([light-theme]) .discord-message-ephemeral {
			color: #747f8d;
		}

		.discord-message-ephemeral .discord-message-ephemeral-link {
			color: #00aff4;
			font-weight: 500;
			cursor: pointer;
		}

		.discord-message-ephemeral .discord-message-ephemeral-link:hover {
			text-decoration: underline;
		}

		.discord-message-ephemeral .discord-message-ephemeral-icon {
			margin-right: 4px;
			vertical-align: text-bottom;
		}
	`;#e=L(this,r,void 0);get profile(){return this.#e}set profile(H){this.#e=H}#t=(L(this,n),L(this,p,"User"));get author(){return this.#t}set author(H){this.#t=H}#i=(L(this,l),L(this,M,void 0));get avatar(){return this.#i}set avatar(H){this.#i=H}#s=(L(this,g),L(this,f,!1));get bot(){return this.#s}set bot(H){this.#s=H}#a=(L(this,c),L(this,j,!1));get server(){return this.#a}set server(H){this.#a=H}#r=(L(this,T),L(this,_,!1));get officialApp(){return this.#r}set officialApp(H){this.#r=H}#o=(L(this,d),L(this,re,!1));get verified(){return this.#o}set verified(H){this.#o=H}#h=(L(this,he),L(this,de,!1));get op(){return this.#h}set op(H){this.#h=H}#l=(L(this,me),L(this,q,!1));get edited(){return this.#l}set edited(H){this.#l=H}#n=(L(this,I),L(this,_e,void 0));get roleColor(){return this.#n}set roleColor(H){this.#n=H}#c=(L(this,be),L(this,Me,void 0));get roleIcon(){return this.#c}set roleIcon(H){this.#c=H}#d=(L(this,xe),L(this,He,void 0));get roleName(){return this.#d}set roleName(H){this.#d=H}#m=(L(this,$e),L(this,B,void 0));get clanIcon(){return this.#m}set clanIcon(H){this.#m=H}#f=(L(this,k),L(this,D,void 0));get clanTag(){return this.#f}set clanTag(H){this.#f=H}#v=(L(this,$),L(this,gt,!1));get highlight(){return this.#v}set highlight(H){this.#v=H}#p=(L(this,zt),L(this,bt,!1));get ephemeral(){return this.#p}set ephemeral(H){this.#p=H}#u=(L(this,yt),L(this,xt,new Date));get timestamp(){return this.#u}set timestamp(H){this.#u=H}#g=(L(this,wt),L(this,$t,!1));get twentyFour(){return this.#g}set twentyFour(H){this.#g=H}#z=(L(this,kt),L(this,S,!1));get messageBodyOnly(){return this.#z}set messageBodyOnly(H){this.#z=H}#_=(L(this,x),L(this,it,!1));get lightTheme(){return this.#_}set lightTheme(H){this.#_=H}#b=(L(this,Ct),L(this,Ms,!1));get compactMode(){return this.#b}set compactMode(H){this.#b=H}#y=(L(this,xs),L(this,Hs,!1));get noBackground(){return this.#y}set noBackground(H){this.#y=H}#M=(L(this,$s),L(this,Ts,!1));get hasThread(){return this.#M}set hasThread(H){this.#M=H}#x=(L(this,Cs),L(this,As,()=>{}));get dismissMessageClicked(){return this.#x}set dismissMessageClicked(H){this.#x=H}willUpdate(){this.hasThread=Array.from(this.children).some(H=>H.tagName.toLowerCase()==="discord-thread"),this.highlight=this.highlight||Array.from(this.children).some(H=>H.tagName.toLowerCase()==="discord-mention"&&H.hasAttribute("highlight")&&(H.type==="user"||H.type==="role"))}handleSpaceToDismissMessage(H){H.code==="Space"&&(H.preventDefault(),H.stopPropagation(),this.dismissMessageClicked?.())}render(){let H={author:this.author,bot:this.bot,officialApp:this.officialApp,verified:this.verified,server:this.server,op:this.op,roleColor:this.roleColor,roleIcon:this.roleIcon,clanIcon:this.clanIcon,clanTag:this.clanTag,roleName:this.roleName},v=this.profile!==void 0&&Reflect.get(Ii,this.profile)||{},C={...H,...v,avatar:this.resolveAvatar(v.avatar??this.avatar)},Et=dt(this.timestamp,this.compactMode,this.twentyFour)??void 0;return m`
			<slot name="reply"></slot>
			<div
				class=${ze({"discord-message-inner":!0,"discord-message-inner-center":this.messageBodyOnly})}
			>
				${N(this.compactMode&&!this.messageBodyOnly,()=>m`<time datetime="${R(Et)}" class="discord-message-timestamp">${Et}</time>`,()=>null)}
				${N(this.messageBodyOnly,()=>m`<time
							datetime="${R(Et)}"
							class=${ze({"discord-message-timestamp":!0,"discord-message-timestamp-hover":!0,"discord-message-body-only-indent":!this.compactMode})}
						></time>`,()=>null)}
				${N(this.compactMode||this.messageBodyOnly,()=>null,()=>m`<div class="discord-author-avatar">
							<img src="${R(C.avatar)}" alt="${R(C.author)}" />
						</div>`)}

				<div class="discord-message-content">
					${N(this.compactMode||this.messageBodyOnly,()=>null,()=>m`
							<discord-author-info
								author=${C.author??""}
								?bot=${C.bot??!1}
								?server=${C.server??!1}
								?official-app=${C.officialApp??!1}
								?verified=${C.verified??!1}
								?op=${C.op??!1}
								role-color=${C.roleColor??""}
								role-icon=${C.roleIcon??""}
								role-name=${C.roleName??""}
								clan-icon=${C.clanIcon??""}
								clan-tag=${C.clanTag??""}
							></discord-author-info
							><time datetime="${R(Et)}" class="discord-message-timestamp">${Et}</time>
						`)}
					<div class="discord-message-body">
						${N(this.compactMode,()=>m`<discord-author-info
									author=${C.author??""}
									?bot=${C.bot??!1}
									?server=${C.server??!1}
									?official-app=${C.officialApp??!1}
									?verified=${C.verified??!1}
									?op=${C.op??!1}
									role-color=${C.roleColor??""}
									role-icon=${C.roleIcon??""}
									role-name=${C.roleName??""}
									clan-icon=${C.clanIcon??""}
									clan-tag=${C.clanTag??""}
								></discord-author-info>`,()=>null)}<span class="discord-message-markup"><slot></slot></span>
						${N(this.edited,()=>m`<span class="discord-message-edited">(edited)</span>`,()=>null)}
					</div>
					<div class="discord-message-compact-indent">
						<slot name="attachments"></slot>
						<slot name="embeds"></slot>
						<slot name="components"></slot>
						<slot name="reactions"></slot>
						<slot name="thread"></slot>
						${N(this.ephemeral,()=>m`
								<div class="discord-message-ephemeral">
									${ds()} Only you can see this •
									<span
										role="button"
										class="discord-message-ephemeral-link"
										@click=${this.dismissMessageClicked}
										@keydown=${this.handleSpaceToDismissMessage}
										>Dismiss message</span
									>
								</div>
							`,()=>null)}
					</div>
				</div>
			</div>
		`}resolveAvatar(H){return H===void 0?tt.default:tt[H]??H??tt.default}constructor(){super(...arguments),L(this,Vs)}static{L(e,s)}};return js=e})()});function ms(i={}){return m`<svg ${A(i)} aria-hidden="false" width="64" height="64" viewBox="0 0 64 64">${To}</svg>`}var To,sr=w(()=>{P();W();To=E`
	<path
		fill="currentColor"
		d="M56 50.6667V13.3333C56 10.4 53.6 8 50.6667 8H13.3333C10.4 8 8 10.4 8 13.3333V50.6667C8 53.6 10.4 56 13.3333 56H50.6667C53.6 56 56 53.6 56 50.6667ZM22.6667 36L29.3333 44.0267L38.6667 32L50.6667 48H13.3333L22.6667 36Z"
	/>
`});function fs(i){return m`<svg ${A(i||{})} class="discord-command-icon" aria-hidden="false" width="24" height="24" viewBox="0 0 24 24">
		${Co}
	</svg>`}var Co,ar=w(()=>{P();W();Co=E`
	<path
		fill="currentColor"
		fill-rule="evenodd"
		clip-rule="evenodd"
		d="M5 3C3.89543 3 3 3.89543 3 5V19C3 20.1046 3.89543 21 5 21H19C20.1046 21 21 20.1046 21 19V5C21 3.89543 20.1046 3 19 3H5ZM16.8995 8.41419L15.4853 6.99998L7 15.4853L8.41421 16.8995L16.8995 8.41419Z"
	/>
`});function vs(i={}){return m`<svg ${A(i)} class="discord-reply-icon" aria-hidden="false" width="12" height="8" viewBox="0 0 12 8">${Eo}</svg>`}var Eo,rr=w(()=>{P();W();Eo=E`
	<path
		d="M0.809739 3.59646L5.12565 0.468433C5.17446 0.431163 5.23323 0.408043 5.2951 0.401763C5.35698 0.395482 5.41943 0.406298 5.4752 0.432954C5.53096 0.45961 5.57776 0.50101 5.61013 0.552343C5.64251 0.603676 5.65914 0.662833 5.6581 0.722939V2.3707C10.3624 2.3707 11.2539 5.52482 11.3991 7.21174C11.4028 7.27916 11.3848 7.34603 11.3474 7.40312C11.3101 7.46021 11.2554 7.50471 11.1908 7.53049C11.1262 7.55626 11.0549 7.56204 10.9868 7.54703C10.9187 7.53201 10.857 7.49695 10.8104 7.44666C8.72224 5.08977 5.6581 5.63359 5.6581 5.63359V7.28135C5.65831 7.34051 5.64141 7.39856 5.60931 7.44894C5.5772 7.49932 5.53117 7.54004 5.4764 7.5665C5.42163 7.59296 5.3603 7.60411 5.29932 7.59869C5.23834 7.59328 5.18014 7.57151 5.13128 7.53585L0.809739 4.40892C0.744492 4.3616 0.691538 4.30026 0.655067 4.22975C0.618596 4.15925 0.599609 4.08151 0.599609 4.00269C0.599609 3.92386 0.618596 3.84612 0.655067 3.77562C0.691538 3.70511 0.744492 3.64377 0.809739 3.59646Z"
		fill="currentColor"
	/>
`});var oe,G,d4,or=w(()=>{pe();P();ne();Ae();Kt();Ce();Rt();Ne();ue();sr();ar();rr();Oi();oe=function(i,t,s,e,a,h){function r(u){if(u!==void 0&&typeof u!="function")throw new TypeError("Function expected");return u}for(var n=e.kind,b=n==="getter"?"get":n==="setter"?"set":"value",p=!t&&i?e.static?i:i.prototype:null,l=t||(p?Object.getOwnPropertyDescriptor(p,e.name):{}),o,M=!1,g=s.length-1;g>=0;g--){var z={};for(var f in e)z[f]=f==="access"?{}:e[f];for(var f in e.access)z.access[f]=e.access[f];z.addInitializer=function(u){if(M)throw new TypeError("Cannot add initializers after decoration has completed");h.push(r(u||null))};var c=(0,s[g])(n==="accessor"?{get:l.get,set:l.set}:l[b],z);if(n==="accessor"){if(c===void 0)continue;if(c===null||typeof c!="object")throw new TypeError("Object expected");(o=r(c.get))&&(l.get=o),(o=r(c.set))&&(l.set=o),(o=r(c.init))&&a.unshift(o)}else(o=r(c))&&(n==="field"?a.unshift(o):l[b]=o)}p&&Object.defineProperty(p,e.name,l),M=!0},G=function(i,t,s){for(var e=arguments.length>2,a=0;a<t.length;a++)s=e?t[a].call(i,s):t[a].call(i);return e?s:void 0},d4=(()=>{let i=[Q("discord-reply")],t,s=[],e,a=F,h,r=[],n=[],b,p=[],l=[],o,M=[],g=[],z,f=[],c=[],u,j=[],T=[],U,_=[],d=[],V,re=[],he=[],le,de=[],me=[],fe,q=[],I=[],X,_e=[],be=[],ye,Me=[],xe=[],we,He=[],$e=[],ke,B=[],k=[],Z,D=[],$=[],K,gt=[],zt=[],_t,bt=[],yt=[],Mt,xt=[],wt=[],Ht,$t=[],kt=[];var Tt=class extends a{static{e=this}static{let S=typeof Symbol=="function"&&Symbol.metadata?Object.create(a[Symbol.metadata]??null):void 0;h=[y()],b=[y()],o=[y()],z=[y({type:Boolean})],u=[y({type:Boolean})],U=[y({type:Boolean,attribute:"official-app"})],V=[y({type:Boolean})],le=[y({type:Boolean})],fe=[y({type:Boolean})],X=[y({attribute:"role-color"})],ye=[y({type:Boolean})],we=[y({type:Boolean})],ke=[y({type:Boolean})],Z=[y({attribute:"clan-icon"})],K=[y({attribute:"clan-tag"})],_t=[y({type:Boolean,reflect:!0})],Mt=[Y({context:ae}),y({type:Boolean,reflect:!0,attribute:"light-theme"})],Ht=[Y({context:Pe}),y({type:Boolean,reflect:!0,attribute:"compact-mode"})],oe(this,null,h,{kind:"accessor",name:"profile",static:!1,private:!1,access:{has:x=>"profile"in x,get:x=>x.profile,set:(x,O)=>{x.profile=O}},metadata:S},r,n),oe(this,null,b,{kind:"accessor",name:"author",static:!1,private:!1,access:{has:x=>"author"in x,get:x=>x.author,set:(x,O)=>{x.author=O}},metadata:S},p,l),oe(this,null,o,{kind:"accessor",name:"avatar",static:!1,private:!1,access:{has:x=>"avatar"in x,get:x=>x.avatar,set:(x,O)=>{x.avatar=O}},metadata:S},M,g),oe(this,null,z,{kind:"accessor",name:"bot",static:!1,private:!1,access:{has:x=>"bot"in x,get:x=>x.bot,set:(x,O)=>{x.bot=O}},metadata:S},f,c),oe(this,null,u,{kind:"accessor",name:"server",static:!1,private:!1,access:{has:x=>"server"in x,get:x=>x.server,set:(x,O)=>{x.server=O}},metadata:S},j,T),oe(this,null,U,{kind:"accessor",name:"officialApp",static:!1,private:!1,access:{has:x=>"officialApp"in x,get:x=>x.officialApp,set:(x,O)=>{x.officialApp=O}},metadata:S},_,d),oe(this,null,V,{kind:"accessor",name:"op",static:!1,private:!1,access:{has:x=>"op"in x,get:x=>x.op,set:(x,O)=>{x.op=O}},metadata:S},re,he),oe(this,null,le,{kind:"accessor",name:"verified",static:!1,private:!1,access:{has:x=>"verified"in x,get:x=>x.verified,set:(x,O)=>{x.verified=O}},metadata:S},de,me),oe(this,null,fe,{kind:"accessor",name:"edited",static:!1,private:!1,access:{has:x=>"edited"in x,get:x=>x.edited,set:(x,O)=>{x.edited=O}},metadata:S},q,I),oe(this,null,X,{kind:"accessor",name:"roleColor",static:!1,private:!1,access:{has:x=>"roleColor"in x,get:x=>x.roleColor,set:(x,O)=>{x.roleColor=O}},metadata:S},_e,be),oe(this,null,ye,{kind:"accessor",name:"command",static:!1,private:!1,access:{has:x=>"command"in x,get:x=>x.command,set:(x,O)=>{x.command=O}},metadata:S},Me,xe),oe(this,null,we,{kind:"accessor",name:"attachment",static:!1,private:!1,access:{has:x=>"attachment"in x,get:x=>x.attachment,set:(x,O)=>{x.attachment=O}},metadata:S},He,$e),oe(this,null,ke,{kind:"accessor",name:"mentions",static:!1,private:!1,access:{has:x=>"mentions"in x,get:x=>x.mentions,set:(x,O)=>{x.mentions=O}},metadata:S},B,k),oe(this,null,Z,{kind:"accessor",name:"clanIcon",static:!1,private:!1,access:{has:x=>"clanIcon"in x,get:x=>x.clanIcon,set:(x,O)=>{x.clanIcon=O}},metadata:S},D,$),oe(this,null,K,{kind:"accessor",name:"clanTag",static:!1,private:!1,access:{has:x=>"clanTag"in x,get:x=>x.clanTag,set:(x,O)=>{x.clanTag=O}},metadata:S},gt,zt),oe(this,null,_t,{kind:"accessor",name:"deleted",static:!1,private:!1,access:{has:x=>"deleted"in x,get:x=>x.deleted,set:(x,O)=>{x.deleted=O}},metadata:S},bt,yt),oe(this,null,Mt,{kind:"accessor",name:"lightTheme",static:!1,private:!1,access:{has:x=>"lightTheme"in x,get:x=>x.lightTheme,set:(x,O)=>{x.lightTheme=O}},metadata:S},xt,wt),oe(this,null,Ht,{kind:"accessor",name:"compactMode",static:!1,private:!1,access:{has:x=>"compactMode"in x,get:x=>x.compactMode,set:(x,O)=>{x.compactMode=O}},metadata:S},$t,kt),oe(null,t={value:e},i,{kind:"class",name:e.name,metadata:S},null,s),Tt=e=t.value,S&&Object.defineProperty(e,Symbol.metadata,{enumerable:!0,configurable:!0,writable:!0,value:S})}static styles=J`
		:host {
			color: #b9bbbe;
			display: flex;
			font-size: 0.875rem;
			font-family: 'gg sans', 'Noto Sans', Whitney, 'Helvetica Neue', Helvetica, Roboto, Arial, sans-serif;

			padding-top: 2px;
			margin-left: 56px;
			margin-bottom: 4px;
			align-items: center;
			line-height: 1.125rem;
			position: relative;
			white-space: pre;
			user-select: none;
		}

		:host([light-theme]) {
			color: #4f5660;
		}

		:host([compact-mode]),
		:host([deleted]) {
			margin-left: 62px;
			margin-bottom: 0;
		}

		:host:before {
			content: '';
			display: block;
			position: absolute;
			top: 50%;
			right: 100%;
			bottom: 0;
			left: -36px;
			margin-right: 4px;
			margin-top: -1px;
			margin-left: -1px;
			margin-bottom: -2px;
			border-left: 2px solid #4f545c !important;
			border-bottom: 0 solid #4f545c !important;
			border-right: 0 solid #4f545c !important;
			border-top: 2px solid #4f545c !important;
			border-top-left-radius: 6px;
		}

		:host([light-theme]):before {
			border-color: #747f8d !important;
		}

		.discord-replied-message-avatar,
		.discord-reply-badge {
			-webkit-box-flex: 0;
			-ms-flex: 0 0 auto;
			flex: 0 0 auto;
			width: 16px;
			height: 16px;
			border-radius: 50%;
			user-select: none;
			margin-right: 0.25rem;
		}

		.discord-reply-badge {
			display: flex;
			align-items: center;
			justify-content: center;
			color: #b9bbbe;
			background: #202225;
		}

		:host([light-theme]) .discord-reply-badge {
			color: #4f5660;
			background: #e3e5e8;
		}

		:host .discord-clan-tag {
			background-color: oklab(0.431937 0.00109309 -0.0132537 / 0.8);
			color: #fff;
			font-size: 12px;
			font-weight: 500;
			margin-right: 0.25rem;
			border-radius: 4px;
			line-height: 100%;
			text-transform: uppercase;
			justify-content: space-between;
			display: inline-flex;
			align-items: center;
			padding: 0 0.275rem;
			margin-top: 0.075em;
			height: 1.2rem;
			opacity: 0.55;
			transition: background-color 100ms ease-in-out;
			cursor: pointer;
		}

		:host .discord-clan-tag:hover {
			background-color: oklab(0.431937 0.00109309 -0.0132537 / 0.5);
		}

		:host([light-theme]) .discord-clan-tag {
			opacity: 0.65;
			background-color: hsl(0 calc(1 * 0%) 0.8%/0.09);
			color: #000;
		}

		:host([light-theme]) .discord-clan-tag:hover {
			background-color: hsl(0 calc(1 * 0%) 0.8%/0.03);
		}

		:host .discord-clan-tag svg,
		:host .discord-clan-tag img {
			display: inline-flex;
			align-items: center;
			margin-right: 0.25rem;
			right: 0.25rem;
		}

		:host .discord-clan-tag span {
			display: inline-flex;
			align-items: center;
			user-select: none;
			-webkit-user-select: none;
			line-height: 1rem !important;
		}

		.discord-application-tag {
			background-color: hsl(235, 85.6%, 64.7%);
			color: #fff;
			font-size: 0.625rem;
			margin-right: 0.25rem;
			line-height: 100%;
			text-transform: uppercase;

			/* Use flex layout to ensure both verified icon and "BOT" text are aligned to center */
			display: flex;
			align-items: center;

			/* Styling taken through Inspect Element on Discord client for Windows */
			height: 0.9375rem;
			padding: 0 0.275rem;
			margin-top: 0.075em;
			border-radius: 0.1875rem;
		}

		:host([compact-mode]) .discord-application-tag {
			margin-right: 0.25rem;
		}

		.discord-application-tag .discord-application-tag-verified {
			width: 0.9375rem;
			height: 0.9375rem;
			margin-left: -0.1rem;
		}

		.discord-application-tag.discord-application-tag-op {
			background-color: #c9cdfb;
			color: #4752c4;
			border-radius: 0.4rem;
		}

		.discord-replied-message-username {
			flex-shrink: 0;
			font-size: inherit;
			line-height: inherit;
			margin-right: 0.25rem;
			opacity: 0.64;
			font-weight: 500;
			color: #fff;
		}

		.discord-replied-message-username:hover {
			text-decoration: underline;
			cursor: pointer;
		}

		.discord-replied-message-content {
			color: inherit;
			font-size: inherit;
			line-height: inherit;
			white-space: pre;
			text-overflow: ellipsis;
			user-select: none;
			cursor: pointer;
		}

		.discord-replied-deleted-message-content {
			color: inherit;
			font-size: inherit;
			line-height: inherit;
			white-space: pre;
			text-overflow: ellipsis;
		}

		.discord-message-edited {
			color: #72767d;
			font-size: 10px;
		}

		:host([light-theme]) .discord-message-edited {
			color: #99aab5;
		}

		.discord-replied-message-content:hover {
			color: #fff;
		}

		:host([light-theme]) .discord-replied-message-content:hover {
			color: #000;
		}

		:host .discord-replied-message-content .discord-message-edited {
			margin-left: 0.25rem;
		}

		.discord-replied-message-content-icon {
			-webkit-box-flex: 0;
			-ms-flex: 0 0 auto;
			flex: 0 0 auto;
			width: 20px;
			height: 20px;
			margin-left: 4px;
		}
	`;#e=G(this,r,void 0);get profile(){return this.#e}set profile(S){this.#e=S}#t=(G(this,n),G(this,p,"User"));get author(){return this.#t}set author(S){this.#t=S}#i=(G(this,l),G(this,M,void 0));get avatar(){return this.#i}set avatar(S){this.#i=S}#s=(G(this,g),G(this,f,!1));get bot(){return this.#s}set bot(S){this.#s=S}#a=(G(this,c),G(this,j,!1));get server(){return this.#a}set server(S){this.#a=S}#r=(G(this,T),G(this,_,!1));get officialApp(){return this.#r}set officialApp(S){this.#r=S}#o=(G(this,d),G(this,re,!1));get op(){return this.#o}set op(S){this.#o=S}#h=(G(this,he),G(this,de,!1));get verified(){return this.#h}set verified(S){this.#h=S}#l=(G(this,me),G(this,q,!1));get edited(){return this.#l}set edited(S){this.#l=S}#n=(G(this,I),G(this,_e,void 0));get roleColor(){return this.#n}set roleColor(S){this.#n=S}#c=(G(this,be),G(this,Me,!1));get command(){return this.#c}set command(S){this.#c=S}#d=(G(this,xe),G(this,He,!1));get attachment(){return this.#d}set attachment(S){this.#d=S}#m=(G(this,$e),G(this,B,!1));get mentions(){return this.#m}set mentions(S){this.#m=S}#f=(G(this,k),G(this,D,void 0));get clanIcon(){return this.#f}set clanIcon(S){this.#f=S}#v=(G(this,$),G(this,gt,void 0));get clanTag(){return this.#v}set clanTag(S){this.#v=S}#p=(G(this,zt),G(this,bt,!1));get deleted(){return this.#p}set deleted(S){this.#p=S}#u=(G(this,yt),G(this,xt,!1));get lightTheme(){return this.#u}set lightTheme(S){this.#u=S}#g=(G(this,wt),G(this,$t,!1));get compactMode(){return this.#g}set compactMode(S){this.#g=S}resolveAvatar(S){return tt[S]??S??tt.default}render(){let S={author:this.author,bot:this.bot,verified:this.verified,officialApp:this.officialApp,op:this.op,server:this.server,roleColor:this.roleColor,clanIcon:this.clanIcon,clanTag:this.clanTag},x=Reflect.get(Ii,this.profile)??{},O={...S,...x,avatar:this.resolveAvatar(x.avatar??this.avatar)},it=Di(O.clanIcon),Ct=O.clanTag?.slice(0,4),Yt=m`
			${N(O.bot&&!O.server&&!O.officialApp,()=>m`<span class="discord-application-tag">${O.verified?We():""}App</span>`)}
			${N(O.server&&!O.bot&&!O.officialApp,()=>m`<span class="discord-application-tag">Server</span>`)}
			${N(O.officialApp&&!O.server&&!O.bot,()=>m`<span class="discord-application-tag">${We()}OFFICIAL</span>`)}
		`;return m`${N(this.compactMode||this.deleted,()=>m`<div class="discord-reply-badge">${vs()}</div>`,()=>m`<img class="discord-replied-message-avatar" src="${R(O.avatar)}" alt="${R(O.author)}" />`)}
		${N(this.deleted,()=>m`<div class="discord-replied-deleted-message-content"><em>Original message was deleted</em></div>`,()=>m`${Yt}
					<span class="discord-replied-message-username" style=${Le({color:O.roleColor})}
						>${N(this.mentions,()=>"@")}${O.author}</span
					>
					${N(O.clanIcon&&O.clanTag&&O.clanTag?.length>0,()=>m`<span class="discord-clan-tag">
								${it==="string"?m`<img
											srcset=${R(it)}
											alt=${R(Ct)}
											width="12"
											height="12"
											draggable="false"
										/>`:it}
								<span>${Ct}</span>
							</span>`)}
					<!-- display: inline -->
					<div class="discord-replied-message-content"
						><slot></slot>${N(this.edited,()=>m`<span class="discord-message-edited">(edited)</span>`)}</div
					>
					${N(this.command,()=>fs({class:"discord-replied-message-content-icon"}),()=>N(this.attachment,()=>ms({class:"discord-replied-message-content-icon"})))}`)}`}constructor(){super(...arguments),G(this,kt)}static{G(e,s)}};return Tt=e})()});var hr,lr=w(()=>{hr=(i,t,s)=>{for(let e of t)if(e[0]===i)return(0,e[1])();return s?.()}});var nr=w(()=>{lr()});function Ao(i){return i.startsWith("#")?i.slice(1):i}function Vo(i){let t=i.length===3||i.length===4,s=t?`${i.slice(0,1)}${i.slice(0,1)}`:i.slice(0,2),e=t?`${i.slice(1,2)}${i.slice(1,2)}`:i.slice(2,4),a=t?`${i.slice(2,3)}${i.slice(2,3)}`:i.slice(4,6),h=(t?`${i.slice(3,4)}${i.slice(3,4)}`:i.slice(6,8))||"ff";return{r:s,g:e,b:a,a:h}}function Bi(i){return Number.parseInt(i,16)}function jo({r:i,g:t,b:s,a:e}){return{r:Bi(i),g:Bi(t),b:Bi(s),a:Number((Bi(e)/255).toFixed(2))}}function So(i){return typeof i=="number"||typeof i=="string"&&Number.isFinite(Number(i))}function Io(i,t){let{r:s,g:e,b:a,a:h}=i,r=So(t)?t:h;return`rgba(${s}, ${e}, ${a}, ${r})`}function Pi(i,t){let s=Ao(i),e=Vo(s),a=jo(e);return Io(a,t)}var cr=w(()=>{});function ps(i={}){return m`<svg
		${A(i)}
		class="discord-mention-icon"
		aria-label="Browse Channels"
		aria-hidden="false"
		role="img"
		width="24"
		height="24"
		viewBox="0 0 24 24"
		xmlns="http://www.w3.org/2000/svg"
	>
		${Do}
	</svg>`}var Do,dr=w(()=>{P();W();Do=E`
	<path
		fill-rule="evenodd"
		clip-rule="evenodd"
		fill="currentColor"
		d="M18.5 23c.88 0 1.7-.25 2.4-.69l1.4 1.4a1 1 0 0 0 1.4-1.42l-1.39-1.4A4.5 4.5 0 1 0 18.5 23Zm0-2a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z"
	/>
	<path
		fill="currentColor"
		d="M3 3a1 1 0 0 0 0 2h18a1 1 0 1 0 0-2H3ZM2 8a1 1 0 0 1 1-1h18a1 1 0 1 1 0 2H3a1 1 0 0 1-1-1ZM3 11a1 1 0 1 0 0 2h11a1 1 0 1 0 0-2H3ZM2 16a1 1 0 0 1 1-1h8a1 1 0 1 1 0 2H3a1 1 0 0 1-1-1ZM3 19a1 1 0 1 0 0 2h8a1 1 0 1 0 0-2H3Z"
	/>
`});function us(i={}){return m`<svg
		${A(i)}
		class="discord-mention-icon"
		aria-label="Customise Community"
		aria-hidden="false"
		role="img"
		width="24"
		height="24"
		viewBox="0 0 24 24"
		xmlns="http://www.w3.org/2000/svg"
	>
		${Oo}
	</svg>`}var Oo,mr=w(()=>{P();W();Oo=E`
	<path
		fill="currentColor"
		d="M21.487 5.126L12.487 0.126C12.184 -0.042 11.818 -0.042 11.515 0.126L2.51498 5.126C2.19798 5.302 2.00098 5.636 2.00098 5.999C2.00098 6.693 2.11498 22.999 12.001 22.999C21.887 22.999 22.001 6.693 22.001 5.999C22.001 5.636 21.804 5.302 21.487 5.126ZM12.001 5.999C13.382 5.999 14.501 7.118 14.501 8.499C14.501 9.88 13.382 10.999 12.001 10.999C10.62 10.999 9.50098 9.88 9.50098 8.499C9.50098 7.118 10.62 5.999 12.001 5.999ZM8.25098 16C8.25098 13.699 9.69998 12.25 12.001 12.25C14.302 12.25 15.751 13.699 15.751 16H8.25098Z"
	/>
`});function gs(i={}){return m`<svg
		${A(i)}
		class="discord-mention-icon"
		aria-label="Server Guide"
		aria-hidden="false"
		role="img"
		width="24"
		height="24"
		viewBox="0 0 24 24"
		xmlns="http://www.w3.org/2000/svg"
	>
		${Bo}
	</svg>`}var Bo,fr=w(()=>{P();W();Bo=E`
	<path
		d="M11 3a1 1 0 1 1 2 0v2h5.75c.16 0 .3.07.4.2l2.63 3.5a.5.5 0 0 1 0 .6l-2.63 3.5a.5.5 0 0 1-.4.2H13v5h2a2 2 0 0 1 2 2v1a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1v-1c0-1.1.9-2 2-2h2v-5H2.8a.5.5 0 0 1-.44-.72L3.9 9.22a.5.5 0 0 0 0-.44L2.36 5.72A.5.5 0 0 1 2.81 5H11V3Z"
		fill="currentColor"
	/>
`});var Jt,Re,L4,vr=w(()=>{pe();P();ne();nr();cr();ue();ss();as();rs();dr();mr();os();fr();hs();Jt=function(i,t,s,e,a,h){function r(u){if(u!==void 0&&typeof u!="function")throw new TypeError("Function expected");return u}for(var n=e.kind,b=n==="getter"?"get":n==="setter"?"set":"value",p=!t&&i?e.static?i:i.prototype:null,l=t||(p?Object.getOwnPropertyDescriptor(p,e.name):{}),o,M=!1,g=s.length-1;g>=0;g--){var z={};for(var f in e)z[f]=f==="access"?{}:e[f];for(var f in e.access)z.access[f]=e.access[f];z.addInitializer=function(u){if(M)throw new TypeError("Cannot add initializers after decoration has completed");h.push(r(u||null))};var c=(0,s[g])(n==="accessor"?{get:l.get,set:l.set}:l[b],z);if(n==="accessor"){if(c===void 0)continue;if(c===null||typeof c!="object")throw new TypeError("Object expected");(o=r(c.get))&&(l.get=o),(o=r(c.set))&&(l.set=o),(o=r(c.init))&&a.unshift(o)}else(o=r(c))&&(n==="field"?a.unshift(o):l[b]=o)}p&&Object.defineProperty(p,e.name,l),M=!0},Re=function(i,t,s){for(var e=arguments.length>2,a=0;a<t.length;a++)s=e?t[a].call(i,s):t[a].call(i);return e?s:void 0},L4=(()=>{let i=[Q("discord-mention")],t,s=[],e,a=F,h,r=[],n=[],b,p=[],l=[],o,M=[],g=[],z,f=[],c=[];var u=class extends a{static{e=this}static{let j=typeof Symbol=="function"&&Symbol.metadata?Object.create(a[Symbol.metadata]??null):void 0;h=[y({type:Boolean,reflect:!0})],b=[y({reflect:!0})],o=[y({reflect:!0})],z=[Y({context:ae,subscribe:!0}),y({type:Boolean,reflect:!0,attribute:"light-theme"})],Jt(this,null,h,{kind:"accessor",name:"highlight",static:!1,private:!1,access:{has:T=>"highlight"in T,get:T=>T.highlight,set:(T,U)=>{T.highlight=U}},metadata:j},r,n),Jt(this,null,b,{kind:"accessor",name:"type",static:!1,private:!1,access:{has:T=>"type"in T,get:T=>T.type,set:(T,U)=>{T.type=U}},metadata:j},p,l),Jt(this,null,o,{kind:"accessor",name:"color",static:!1,private:!1,access:{has:T=>"color"in T,get:T=>T.color,set:(T,U)=>{T.color=U}},metadata:j},M,g),Jt(this,null,z,{kind:"accessor",name:"lightTheme",static:!1,private:!1,access:{has:T=>"lightTheme"in T,get:T=>T.lightTheme,set:(T,U)=>{T.lightTheme=U}},metadata:j},f,c),Jt(null,t={value:e},i,{kind:"class",name:e.name,metadata:j},null,s),u=e=t.value,j&&Object.defineProperty(e,Symbol.metadata,{enumerable:!0,configurable:!0,writable:!0,value:j})}static styles=J`
		:host {
			color: #e3e7f8;
			background-color: hsla(235, 85.6%, 64.7%, 0.3);
			font-weight: 500;
			padding: 0 2px;
			border-radius: 3px;
			unicode-bidi: -moz-plaintext;
			unicode-bidi: plaintext;
			-webkit-transition:
				background-color 50ms ease-out,
				color 50ms ease-out;
			transition:
				background-color 50ms ease-out,
				color 50ms ease-out;
			cursor: pointer;
		}

		:host([type='role']) {
			background-color: rgba(#e3e7f8, 0.1);
		}

		:host([type='channel']) {
			position: relative;
		}

		:host([type='voice']),
		:host([type='locked']),
		:host([type='thread']),
		:host([type='forum']) {
			position: relative;
		}

		:host(:hover) {
			color: #fff;
			background-color: hsl(235, 85.6%, 64.7%);
		}

		:host([highlight][type='user']:hover) {
			text-decoration: underline;
			text-underline-offset: 1px;
		}

		:host([light-theme]) {
			color: #5865f2;
			background-color: hsla(235, 85.6%, 64.7%, 0.15);
		}

		:host([light-theme]:hover) {
			color: #ffffff;
			background-color: hsl(235, 85.6%, 64.7%);
		}

		.discord-mention-icon {
			width: 1rem;
			height: 1rem;
			margin-right: 4px;
			vertical-align: middle;
			margin-bottom: 0.2rem;
		}

		.no-wrap {
			white-space: nowrap;
		}
	`;#e=Re(this,r,!1);get highlight(){return this.#e}set highlight(j){this.#e=j}#t=(Re(this,n),Re(this,p,"user"));get type(){return this.#t}set type(j){this.#t=j}#i=(Re(this,l),Re(this,M,void 0));get color(){return this.#i}set color(j){this.#i=j}setHoverColor=(Re(this,g),()=>{this.color&&(this.style.backgroundColor=Pi(this.color,.3))});resetHoverColor=()=>{this.color&&(this.style.backgroundColor=Pi(this.color,.1))};#s=Re(this,f,!1);get lightTheme(){return this.#s}set lightTheme(j){this.#s=j}connectedCallback(){super.connectedCallback(),this.color&&this.type==="role"&&(this.addEventListener("mouseover",this.setHoverColor),this.addEventListener("mouseout",this.resetHoverColor))}disconnectedCallback(){this.removeEventListener("mouseover",this.setHoverColor),this.removeEventListener("mouseout",this.resetHoverColor),super.disconnectedCallback()}willUpdate(){this.color&&(this.style.color=this.color,this.type==="role"&&(this.style.backgroundColor=Pi(this.color,.1)))}render(){return m`<span class="no-wrap"
				>${hr(this.type,[["channel",()=>Ft()],["user",()=>m`@`],["role",()=>m`@`],["voice",()=>Wt()],["locked",()=>Zt()],["thread",()=>qt()],["forum",()=>Ut()],["server-guide",()=>gs()],["channels-and-roles",()=>ps()],["customize-community",()=>us()],["slash",()=>m`/`]])}</span
			><slot></slot>`}constructor(){super(...arguments),Re(this,c)}static{Re(e,s)}};return u=e})()});var ft,Ve,K4,zs=w(()=>{P();ne();ct();Ae();Ne();ft=function(i,t,s,e,a,h){function r(u){if(u!==void 0&&typeof u!="function")throw new TypeError("Function expected");return u}for(var n=e.kind,b=n==="getter"?"get":n==="setter"?"set":"value",p=!t&&i?e.static?i:i.prototype:null,l=t||(p?Object.getOwnPropertyDescriptor(p,e.name):{}),o,M=!1,g=s.length-1;g>=0;g--){var z={};for(var f in e)z[f]=f==="access"?{}:e[f];for(var f in e.access)z.access[f]=e.access[f];z.addInitializer=function(u){if(M)throw new TypeError("Cannot add initializers after decoration has completed");h.push(r(u||null))};var c=(0,s[g])(n==="accessor"?{get:l.get,set:l.set}:l[b],z);if(n==="accessor"){if(c===void 0)continue;if(c===null||typeof c!="object")throw new TypeError("Object expected");(o=r(c.get))&&(l.get=o),(o=r(c.set))&&(l.set=o),(o=r(c.init))&&a.unshift(o)}else(o=r(c))&&(n==="field"?a.unshift(o):l[b]=o)}p&&Object.defineProperty(p,e.name,l),M=!0},Ve=function(i,t,s){for(var e=arguments.length>2,a=0;a<t.length;a++)s=e?t[a].call(i,s):t[a].call(i);return e?s:void 0},K4=(()=>{let i=[Q("discord-custom-emoji")],t,s=[],e,a=F,h,r=[],n=[],b,p=[],l=[],o,M=[],g=[],z,f=[],c=[],u,j=[],T=[];var U=class extends a{static{e=this}static{let _=typeof Symbol=="function"&&Symbol.metadata?Object.create(a[Symbol.metadata]??null):void 0;h=[y()],b=[y()],o=[y({attribute:!1})],z=[y({type:Boolean,attribute:"embed-emoji"})],u=[y({type:Boolean,attribute:"jumbo"})],ft(this,null,h,{kind:"accessor",name:"name",static:!1,private:!1,access:{has:d=>"name"in d,get:d=>d.name,set:(d,V)=>{d.name=V}},metadata:_},r,n),ft(this,null,b,{kind:"accessor",name:"url",static:!1,private:!1,access:{has:d=>"url"in d,get:d=>d.url,set:(d,V)=>{d.url=V}},metadata:_},p,l),ft(this,null,o,{kind:"accessor",name:"customEmojisMap",static:!1,private:!1,access:{has:d=>"customEmojisMap"in d,get:d=>d.customEmojisMap,set:(d,V)=>{d.customEmojisMap=V}},metadata:_},M,g),ft(this,null,z,{kind:"accessor",name:"embedEmoji",static:!1,private:!1,access:{has:d=>"embedEmoji"in d,get:d=>d.embedEmoji,set:(d,V)=>{d.embedEmoji=V}},metadata:_},f,c),ft(this,null,u,{kind:"accessor",name:"jumbo",static:!1,private:!1,access:{has:d=>"jumbo"in d,get:d=>d.jumbo,set:(d,V)=>{d.jumbo=V}},metadata:_},j,T),ft(null,t={value:e},i,{kind:"class",name:e.name,metadata:_},null,s),U=e=t.value,_&&Object.defineProperty(e,Symbol.metadata,{enumerable:!0,configurable:!0,writable:!0,value:_})}static styles=J`
		.discord-custom-emoji {
			display: inline-block;
			cursor: pointer;
		}

		.discord-custom-emoji .discord-custom-emoji-image {
			object-fit: contain;
			width: 1.375rem;
			height: 1.375rem;
			vertical-align: bottom;
		}

		.discord-custom-emoji .discord-custom-jumbo-emoji-image {
			width: 3rem;
			height: 3rem;
			min-height: 3rem;
		}

		.discord-embed-custom-emoji {
			display: inline-block;
		}

		.discord-embed-custom-emoji .discord-embed-custom-emoji-image {
			width: 18px;
			height: 18px;
			vertical-align: bottom;
		}
	`;#e=Ve(this,r,void 0);get name(){return this.#e}set name(_){this.#e=_}#t=(Ve(this,n),Ve(this,p,void 0));get url(){return this.#t}set url(_){this.#t=_}#i=(Ve(this,l),Ve(this,M,{}));get customEmojisMap(){return this.#i}set customEmojisMap(_){this.#i=_}#s=(Ve(this,g),Ve(this,f,void 0));get embedEmoji(){return this.#s}set embedEmoji(_){this.#s=_}#a=(Ve(this,c),Ve(this,j,void 0));get jumbo(){return this.#a}set jumbo(_){this.#a=_}willUpdate(){if(!this.url&&this.name){let _=mt(this.name)??this.customEmojisMap[this.name];_&&(this.url??=_.url??"",this.embedEmoji??=_.embedEmoji??!1)}}render(){let _=`:${this.name}:`;return m`<span
			class=${ze({"discord-embed-custom-emoji":this.embedEmoji,"discord-custom-emoji":!this.embedEmoji})}
			><img
				aria-label=${_}
				src=${R(this.url)}
				alt=${_}
				draggable="false"
				class=${ze({"discord-embed-custom-emoji-image":this.embedEmoji,"discord-custom-emoji-image":!this.embedEmoji,"discord-custom-jumbo-emoji-image":this.jumbo})}
		/></span> `}constructor(){super(...arguments),Ve(this,T)}static{Ve(e,s)}};return U=e})()});var ge,ie,lc,pr=w(()=>{pe();P();ne();ct();Ae();Kt();Ce();Ne();zs();ue();ge=function(i,t,s,e,a,h){function r(u){if(u!==void 0&&typeof u!="function")throw new TypeError("Function expected");return u}for(var n=e.kind,b=n==="getter"?"get":n==="setter"?"set":"value",p=!t&&i?e.static?i:i.prototype:null,l=t||(p?Object.getOwnPropertyDescriptor(p,e.name):{}),o,M=!1,g=s.length-1;g>=0;g--){var z={};for(var f in e)z[f]=f==="access"?{}:e[f];for(var f in e.access)z.access[f]=e.access[f];z.addInitializer=function(u){if(M)throw new TypeError("Cannot add initializers after decoration has completed");h.push(r(u||null))};var c=(0,s[g])(n==="accessor"?{get:l.get,set:l.set}:l[b],z);if(n==="accessor"){if(c===void 0)continue;if(c===null||typeof c!="object")throw new TypeError("Object expected");(o=r(c.get))&&(l.get=o),(o=r(c.set))&&(l.set=o),(o=r(c.init))&&a.unshift(o)}else(o=r(c))&&(n==="field"?a.unshift(o):l[b]=o)}p&&Object.defineProperty(p,e.name,l),M=!0},ie=function(i,t,s){for(var e=arguments.length>2,a=0;a<t.length;a++)s=e?t[a].call(i,s):t[a].call(i);return e?s:void 0},lc=(()=>{let i=[Q("discord-embed")],t,s=[],e,a=F,h,r=[],n=[],b,p=[],l=[],o,M=[],g=[],z,f=[],c=[],u,j=[],T=[],U,_=[],d=[],V,re=[],he=[],le,de=[],me=[],fe,q=[],I=[],X,_e=[],be=[],ye,Me=[],xe=[],we,He=[],$e=[];var ke=class extends a{static{e=this}static{let B=typeof Symbol=="function"&&Symbol.metadata?Object.create(a[Symbol.metadata]??null):void 0;h=[y()],b=[y({attribute:"author-name"})],o=[y({attribute:"author-image"})],z=[y({attribute:"author-url"})],u=[y({attribute:"embed-title"})],U=[y({attribute:!1})],V=[y()],le=[y()],fe=[y()],X=[y()],ye=[y()],we=[Y({context:ae,subscribe:!0}),y({type:Boolean,reflect:!0,attribute:"light-theme"})],ge(this,null,h,{kind:"accessor",name:"color",static:!1,private:!1,access:{has:k=>"color"in k,get:k=>k.color,set:(k,Z)=>{k.color=Z}},metadata:B},r,n),ge(this,null,b,{kind:"accessor",name:"authorName",static:!1,private:!1,access:{has:k=>"authorName"in k,get:k=>k.authorName,set:(k,Z)=>{k.authorName=Z}},metadata:B},p,l),ge(this,null,o,{kind:"accessor",name:"authorImage",static:!1,private:!1,access:{has:k=>"authorImage"in k,get:k=>k.authorImage,set:(k,Z)=>{k.authorImage=Z}},metadata:B},M,g),ge(this,null,z,{kind:"accessor",name:"authorUrl",static:!1,private:!1,access:{has:k=>"authorUrl"in k,get:k=>k.authorUrl,set:(k,Z)=>{k.authorUrl=Z}},metadata:B},f,c),ge(this,null,u,{kind:"accessor",name:"embedTitle",static:!1,private:!1,access:{has:k=>"embedTitle"in k,get:k=>k.embedTitle,set:(k,Z)=>{k.embedTitle=Z}},metadata:B},j,T),ge(this,null,U,{kind:"accessor",name:"embedEmojisMap",static:!1,private:!1,access:{has:k=>"embedEmojisMap"in k,get:k=>k.embedEmojisMap,set:(k,Z)=>{k.embedEmojisMap=Z}},metadata:B},_,d),ge(this,null,V,{kind:"accessor",name:"url",static:!1,private:!1,access:{has:k=>"url"in k,get:k=>k.url,set:(k,Z)=>{k.url=Z}},metadata:B},re,he),ge(this,null,le,{kind:"accessor",name:"thumbnail",static:!1,private:!1,access:{has:k=>"thumbnail"in k,get:k=>k.thumbnail,set:(k,Z)=>{k.thumbnail=Z}},metadata:B},de,me),ge(this,null,fe,{kind:"accessor",name:"image",static:!1,private:!1,access:{has:k=>"image"in k,get:k=>k.image,set:(k,Z)=>{k.image=Z}},metadata:B},q,I),ge(this,null,X,{kind:"accessor",name:"video",static:!1,private:!1,access:{has:k=>"video"in k,get:k=>k.video,set:(k,Z)=>{k.video=Z}},metadata:B},_e,be),ge(this,null,ye,{kind:"accessor",name:"provider",static:!1,private:!1,access:{has:k=>"provider"in k,get:k=>k.provider,set:(k,Z)=>{k.provider=Z}},metadata:B},Me,xe),ge(this,null,we,{kind:"accessor",name:"lightTheme",static:!1,private:!1,access:{has:k=>"lightTheme"in k,get:k=>k.lightTheme,set:(k,Z)=>{k.lightTheme=Z}},metadata:B},He,$e),ge(null,t={value:e},i,{kind:"class",name:e.name,metadata:B},null,s),ke=e=t.value,B&&Object.defineProperty(e,Symbol.metadata,{enumerable:!0,configurable:!0,writable:!0,value:B})}static styles=J`
		:host {
			color: #dcddde;
			display: flex;
			font-size: 13px;
			line-height: 150%;
			margin-bottom: 8px;
			margin-top: 8px;
		}

		:host([light-theme]) {
			color: #2e3338;
		}

		:host .discord-left-border {
			background-color: #202225;
			border-radius: 4px 0 0 4px;
			flex-shrink: 0;
			width: 4px;
		}

		:host([light-theme]) .discord-left-border {
			background-color: #e3e5e8;
		}

		:host .discord-embed-root {
			display: grid;
			grid-auto-flow: row;
			grid-row-gap: 0.25rem;
			min-height: 0;
			min-width: 0;
			text-indent: 0;
		}

		:host .discord-embed-wrapper {
			background-color: #2f3136;
			max-width: 520px;
			border: 1px solid rgba(46, 48, 54, 0.6);
			border-radius: 0 4px 4px 0;
			justify-self: start;
			align-self: start;
			display: grid;
			box-sizing: border-box;
		}

		:host([light-theme]) .discord-embed-wrapper {
			background-color: rgb(242, 243, 245);
			border-color: rgba(205, 205, 205, 0.3);
		}

		:host .discord-embed-wrapper .discord-embed-grid {
			display: inline-grid;
			grid-template-columns: auto -webkit-min-content;
			grid-template-columns: auto min-content;
			grid-template-columns: auto;
			grid-template-rows: auto;
			padding: 0.5rem 1rem 1rem 0.75rem;
		}

		:host .discord-embed-thumbnail {
			border-radius: 4px;
			flex-shrink: 0;
			grid-column: 2/2;
			grid-row: 1/8;
			justify-self: end;
			margin-left: 16px;
			margin-top: 8px;
			max-height: 80px;
			max-width: 80px;
			object-fit: contain;
			object-position: top center;
		}

		:host .discord-embed-author {
			-webkit-box-align: center;
			align-items: center;
			color: #fff;
			font-size: 14px;
			display: flex;
			font-weight: 600;
			grid-column: 1 / 1;
			margin-top: 8px;
			min-width: 0;
		}

		:host([light-theme]) .discord-embed-author {
			color: #060607;
		}

		:host .discord-embed-author a {
			color: #fff;
			font-weight: 600;
			text-decoration: none;
		}

		:host .discord-embed-author a:hover {
			text-decoration: underline;
		}

		:host([light-theme]) .discord-embed-author a {
			color: #060607;
		}

		:host .discord-embed-author .discord-author-image {
			border-radius: 50%;
			height: 24px;
			margin-right: 8px;
			width: 24px;
		}

		:host .discord-embed-author-block,
		:host .discord-embed-author-block > span {
			max-width: 95%;
		}

		:host .discord-embed-provider {
			font-size: 0.75rem;
			line-height: 1rem;
			font-weight: 400;
			grid-column: 1/1;
			margin-top: 8px;
			unicode-bidi: plaintext;
			text-align: left;
		}

		:host([light-theme]) .discord-embed-provider {
			color: #4f545c;
		}

		:host .discord-embed-title {
			-webkit-box-align: center;
			align-items: center;
			color: #fff;
			display: inline-block;
			font-size: 1rem;
			font-weight: 600;
			grid-column: 1 / 1;
			margin-top: 8px;
			min-width: 0;
		}

		:host([light-theme]) .discord-embed-title {
			color: #060607;
		}

		:host .discord-embed-title a {
			color: #00aff4;
			font-weight: 600;
			text-decoration: none;
		}

		:host .discord-embed-title a:hover {
			text-decoration: underline;
		}

		:host .discord-embed-image {
			border-radius: 4px;
			max-width: 300px;
			max-height: 300px;
		}

		:host .discord-embed-media {
			border-radius: 4px;
			contain: paint;
			display: block;
			grid-column: 1/1;
			margin-top: 16px;
		}

		:host .discord-embed-media.discord-embed-media-video {
			height: 225px;
		}

		:host .discord-embed.media .discord-embed-image {
			overflow: hidden;
			position: relative;
			user-select: text;
		}

		:host .discord-embed-media .discord-embed-video {
			-webkit-box-align: center;
			-webkit-box-pack: center;
			align-items: center;
			border-radius: 0;
			cursor: pointer;
			display: flex;
			height: 100%;
			justify-content: center;
			max-height: 100%;
			width: 100%;

			width: 400px;
			height: 225px;
			left: 0px;
			top: 0px;
		}

		.discord-embed-custom-emoji {
			display: inline-block;
		}

		.discord-embed-custom-emoji .discord-embed-custom-emoji-image {
			width: 18px;
			height: 18px;
			vertical-align: bottom;
		}

		slot[name='footer']::slotted(*) {
			grid-column: 1/3;
			grid-row: auto/auto;
		}
	`;#e=ie(this,r,void 0);get color(){return this.#e}set color(B){this.#e=B}#t=(ie(this,n),ie(this,p,void 0));get authorName(){return this.#t}set authorName(B){this.#t=B}#i=(ie(this,l),ie(this,M,void 0));get authorImage(){return this.#i}set authorImage(B){this.#i=B}#s=(ie(this,g),ie(this,f,void 0));get authorUrl(){return this.#s}set authorUrl(B){this.#s=B}#a=(ie(this,c),ie(this,j,void 0));get embedTitle(){return this.#a}set embedTitle(B){this.#a=B}#r=(ie(this,T),ie(this,_,{}));get embedEmojisMap(){return this.#r}set embedEmojisMap(B){this.#r=B}#o=(ie(this,d),ie(this,re,void 0));get url(){return this.#o}set url(B){this.#o=B}#h=(ie(this,he),ie(this,de,void 0));get thumbnail(){return this.#h}set thumbnail(B){this.#h=B}#l=(ie(this,me),ie(this,q,void 0));get image(){return this.#l}set image(B){this.#l=B}#n=(ie(this,I),ie(this,_e,void 0));get video(){return this.#n}set video(B){this.#n=B}#c=(ie(this,be),ie(this,Me,void 0));get provider(){return this.#c}set provider(B){this.#c=B}#d=(ie(this,xe),ie(this,He,!1));get lightTheme(){return this.#d}set lightTheme(B){this.#d=B}render(){let B=this.parseTitle(this.authorName),k=this.parseTitle(this.embedTitle);return m`<div style=${Le({"background-color":this.color})} class="discord-left-border"></div>
			<div class="discord-embed-root">
				<div class="discord-embed-wrapper">
					<div class="discord-embed-grid">
						${N(this.provider,()=>m`<div class="discord-embed-provider">${this.provider}</div>`)}
						${N(B,()=>m`<div class="discord-embed-author">
									${N(this.authorImage,()=>m`<img src=${R(this.authorImage)} alt="" class="discord-author-image" />`)}
									${N(this.authorUrl,()=>m`<a
												href=${R(this.authorUrl)}
												target="_blank"
												rel="noopener noreferrer"
												class="discord-embed-author-block"
											>
												<span class="discord-embed-author-block">${B}</span>
											</a>`,()=>m`<span class="discord-embed-author-block">${B}</span>`)}
								</div>`)}
						${N(k,()=>m`<div class="discord-embed-title">
									${this.url?m`<a href="${this.url}" target="_blank" rel="noopener noreferrer"> ${k} </a>`:m`${k}`}
								</div>`)}
						<slot name="description"></slot>
						<slot name="fields"></slot>
						${N(this.image||this.video,()=>m`<div class=${ze({"discord-embed-media":!0,"discord-embed-media-video":!!this.video})}>
									${this.renderMedia()}
								</div>`)}
						${N(this.thumbnail,()=>m`<img src=${R(this.thumbnail)} alt="" class="discord-embed-thumbnail" />`)}
						<slot name="footer"></slot>
					</div>
				</div>
			</div>`}renderMedia(){return this.video?m`
				<video
					controls
					muted
					preload="none"
					poster=${R(this.image)}
					src=${R(this.video)}
					height="225"
					width="400"
					class="discord-embed-video"
				>
					<img src=${R(this.image)} alt="Discord embed media" class="discord-embed-image" />
				</video>
			`:this.image?m`<img src=${R(this.image)} alt="Discord embed media" class="discord-embed-image" />`:null}parseTitle(B){if(!B)return null;let k=[],Z="";for(let D of B.split(`
`)){for(let $ of D.split(" ")){let K=mt($)??this.embedEmojisMap[$]??{};K.name?k.push(m`<discord-custom-emoji name=${K.name} url=${R(K.url)} embed-emoji></discord-custom-emoji>`):Z+=`${$} `,Z===" "&&k.push(m`<br />`)}k.push(Z),Z=""}return k.map(D=>typeof D=="string"?m`<span>${D}</span>`:D)}constructor(){super(...arguments),ie(this,$e)}static{ie(e,s)}};return ke=e})()});var Po,No,fc,ur=w(()=>{P();ne();Po=function(i,t,s,e,a,h){function r(u){if(u!==void 0&&typeof u!="function")throw new TypeError("Function expected");return u}for(var n=e.kind,b=n==="getter"?"get":n==="setter"?"set":"value",p=!t&&i?e.static?i:i.prototype:null,l=t||(p?Object.getOwnPropertyDescriptor(p,e.name):{}),o,M=!1,g=s.length-1;g>=0;g--){var z={};for(var f in e)z[f]=f==="access"?{}:e[f];for(var f in e.access)z.access[f]=e.access[f];z.addInitializer=function(u){if(M)throw new TypeError("Cannot add initializers after decoration has completed");h.push(r(u||null))};var c=(0,s[g])(n==="accessor"?{get:l.get,set:l.set}:l[b],z);if(n==="accessor"){if(c===void 0)continue;if(c===null||typeof c!="object")throw new TypeError("Object expected");(o=r(c.get))&&(l.get=o),(o=r(c.set))&&(l.set=o),(o=r(c.init))&&a.unshift(o)}else(o=r(c))&&(n==="field"?a.unshift(o):l[b]=o)}p&&Object.defineProperty(p,e.name,l),M=!0},No=function(i,t,s){for(var e=arguments.length>2,a=0;a<t.length;a++)s=e?t[a].call(i,s):t[a].call(i);return e?s:void 0},fc=(()=>{let i=[Q("discord-embed-description")],t,s=[],e,a=F;var h=class extends a{static{e=this}static{let r=typeof Symbol=="function"&&Symbol.metadata?Object.create(a[Symbol.metadata]??null):void 0;Po(null,t={value:e},i,{kind:"class",name:e.name,metadata:r},null,s),h=e=t.value,r&&Object.defineProperty(e,Symbol.metadata,{enumerable:!0,configurable:!0,writable:!0,value:r})}static styles=J`
		:host {
			font-size: 0.875rem;
			font-weight: 400;
			grid-column: 1/1;
			line-height: 1.125rem;
			margin-top: 8px;
			min-width: 0;
		}
	`;render(){return m`<slot></slot>`}static{No(e,s)}};return h=e})()});var Lo,Ro,zc,gr=w(()=>{P();ne();Lo=function(i,t,s,e,a,h){function r(u){if(u!==void 0&&typeof u!="function")throw new TypeError("Function expected");return u}for(var n=e.kind,b=n==="getter"?"get":n==="setter"?"set":"value",p=!t&&i?e.static?i:i.prototype:null,l=t||(p?Object.getOwnPropertyDescriptor(p,e.name):{}),o,M=!1,g=s.length-1;g>=0;g--){var z={};for(var f in e)z[f]=f==="access"?{}:e[f];for(var f in e.access)z.access[f]=e.access[f];z.addInitializer=function(u){if(M)throw new TypeError("Cannot add initializers after decoration has completed");h.push(r(u||null))};var c=(0,s[g])(n==="accessor"?{get:l.get,set:l.set}:l[b],z);if(n==="accessor"){if(c===void 0)continue;if(c===null||typeof c!="object")throw new TypeError("Object expected");(o=r(c.get))&&(l.get=o),(o=r(c.set))&&(l.set=o),(o=r(c.init))&&a.unshift(o)}else(o=r(c))&&(n==="field"?a.unshift(o):l[b]=o)}p&&Object.defineProperty(p,e.name,l),M=!0},Ro=function(i,t,s){for(var e=arguments.length>2,a=0;a<t.length;a++)s=e?t[a].call(i,s):t[a].call(i);return e?s:void 0},zc=(()=>{let i=[Q("discord-embed-fields")],t,s=[],e,a=F;var h=class extends a{static{e=this}static{let r=typeof Symbol=="function"&&Symbol.metadata?Object.create(a[Symbol.metadata]??null):void 0;Lo(null,t={value:e},i,{kind:"class",name:e.name,metadata:r},null,s),h=e=t.value,r&&Object.defineProperty(e,Symbol.metadata,{enumerable:!0,configurable:!0,writable:!0,value:r})}static styles=J`
		:host {
			display: grid;
			grid-column: 1/1;
			margin-top: 8px;
			grid-gap: 8px;
		}

		::slotted([inline-index='1']) {
			grid-column: 1/5 !important;
		}

		::slotted([inline-index='2']) {
			grid-column: 5/9 !important;
		}

		::slotted([inline-index='3']) {
			grid-column: 9/13 !important;
		}
	`;render(){return m`<slot></slot>`}static{Ro(e,s)}};return h=e})()});var vt,je,Cc,zr=w(()=>{pe();P();ne();Ae();Ce();Ne();zs();ue();vt=function(i,t,s,e,a,h){function r(u){if(u!==void 0&&typeof u!="function")throw new TypeError("Function expected");return u}for(var n=e.kind,b=n==="getter"?"get":n==="setter"?"set":"value",p=!t&&i?e.static?i:i.prototype:null,l=t||(p?Object.getOwnPropertyDescriptor(p,e.name):{}),o,M=!1,g=s.length-1;g>=0;g--){var z={};for(var f in e)z[f]=f==="access"?{}:e[f];for(var f in e.access)z.access[f]=e.access[f];z.addInitializer=function(u){if(M)throw new TypeError("Cannot add initializers after decoration has completed");h.push(r(u||null))};var c=(0,s[g])(n==="accessor"?{get:l.get,set:l.set}:l[b],z);if(n==="accessor"){if(c===void 0)continue;if(c===null||typeof c!="object")throw new TypeError("Object expected");(o=r(c.get))&&(l.get=o),(o=r(c.set))&&(l.set=o),(o=r(c.init))&&a.unshift(o)}else(o=r(c))&&(n==="field"?a.unshift(o):l[b]=o)}p&&Object.defineProperty(p,e.name,l),M=!0},je=function(i,t,s){for(var e=arguments.length>2,a=0;a<t.length;a++)s=e?t[a].call(i,s):t[a].call(i);return e?s:void 0},Cc=(()=>{let i=[Q("discord-embed-field")],t,s=[],e,a=F,h,r=[],n=[],b,p=[],l=[],o,M=[],g=[],z,f=[],c=[],u,j=[],T=[];var U=class extends a{static{e=this}static{let _=typeof Symbol=="function"&&Symbol.metadata?Object.create(a[Symbol.metadata]??null):void 0;h=[y({reflect:!0,attribute:"field-title"})],b=[y({attribute:!1})],o=[y({type:Boolean,reflect:!0,attribute:"inline"})],z=[y({type:Number,reflect:!0,attribute:"inline-index"})],u=[Y({context:ae,subscribe:!0}),y({type:Boolean,reflect:!0,attribute:"light-theme"})],vt(this,null,h,{kind:"accessor",name:"fieldTitle",static:!1,private:!1,access:{has:d=>"fieldTitle"in d,get:d=>d.fieldTitle,set:(d,V)=>{d.fieldTitle=V}},metadata:_},r,n),vt(this,null,b,{kind:"accessor",name:"embedFieldEmojisMap",static:!1,private:!1,access:{has:d=>"embedFieldEmojisMap"in d,get:d=>d.embedFieldEmojisMap,set:(d,V)=>{d.embedFieldEmojisMap=V}},metadata:_},p,l),vt(this,null,o,{kind:"accessor",name:"inline",static:!1,private:!1,access:{has:d=>"inline"in d,get:d=>d.inline,set:(d,V)=>{d.inline=V}},metadata:_},M,g),vt(this,null,z,{kind:"accessor",name:"inlineIndex",static:!1,private:!1,access:{has:d=>"inlineIndex"in d,get:d=>d.inlineIndex,set:(d,V)=>{d.inlineIndex=V}},metadata:_},f,c),vt(this,null,u,{kind:"accessor",name:"lightTheme",static:!1,private:!1,access:{has:d=>"lightTheme"in d,get:d=>d.lightTheme,set:(d,V)=>{d.lightTheme=V}},metadata:_},j,T),vt(null,t={value:e},i,{kind:"class",name:e.name,metadata:_},null,s),U=e=t.value,_&&Object.defineProperty(e,Symbol.metadata,{enumerable:!0,configurable:!0,writable:!0,value:_})}static styles=J`
		:host {
			font-size: 0.875rem;
			line-height: 1.125rem;
			min-width: 0;
			font-weight: 400;
			grid-column: 1/13;
			word-break: break-word;
		}

		:host .discord-field-title {
			color: #ffffff;
			font-weight: 600;
			font-size: 0.875rem;
			line-height: 1.125rem;
			min-width: 0;
			margin-bottom: 2px;
		}

		:host .discord-inline-field {
			flex-grow: 1;
			flex-basis: auto;
			min-width: 150px;
		}

		:host([light-theme]) .discord-field-title {
			color: #313338;
		}
	`;#e=je(this,r,void 0);get fieldTitle(){return this.#e}set fieldTitle(_){this.#e=_}#t=(je(this,n),je(this,p,{}));get embedFieldEmojisMap(){return this.#t}set embedFieldEmojisMap(_){this.#t=_}#i=(je(this,l),je(this,M,!1));get inline(){return this.#i}set inline(_){this.#i=_}#s=(je(this,g),je(this,f,void 0));get inlineIndex(){return this.#s}set inlineIndex(_){this.#s=_}#a=(je(this,c),je(this,j,!1));get lightTheme(){return this.#a}set lightTheme(_){this.#a=_}validInlineIndices=(je(this,T),new Set([1,2,3]));checkInlineIndex(){if(this.inlineIndex){let _=Number(this.inlineIndex);if(!Number.isNaN(_)&&!this.validInlineIndices.has(_))throw new RangeError("DiscordEmbedField `inlineIndex` prop must be one of: 1, 2, or 3")}}render(){this.checkInlineIndex();let _=this.parseTitle(this.fieldTitle),d=N(_,()=>m`<div class="discord-field-title">${[..._]}</div>`);return m`${d}<slot></slot>`}parseTitle(_){if(!_)return null;let d=[],V="";for(let re of _.split(`
`)){for(let he of re.split(" ")){let le=mt(he)??this.embedFieldEmojisMap[he]??{};le.name?d.push(m`<discord-custom-emoji name=${le.name} url=${R(le.url)} embed-emoji></discord-custom-emoji>`):V+=`${he} `,V===" "&&d.push(m`<br />`)}d.push(V),V=""}return d.map(re=>typeof re=="string"?m`<span>${re}</span>`:re)}static{je(e,s)}};return U=e})()});var Qt,Ue,Pc,_r=w(()=>{pe();P();ne();Ae();Ce();Ne();ue();Qt=function(i,t,s,e,a,h){function r(u){if(u!==void 0&&typeof u!="function")throw new TypeError("Function expected");return u}for(var n=e.kind,b=n==="getter"?"get":n==="setter"?"set":"value",p=!t&&i?e.static?i:i.prototype:null,l=t||(p?Object.getOwnPropertyDescriptor(p,e.name):{}),o,M=!1,g=s.length-1;g>=0;g--){var z={};for(var f in e)z[f]=f==="access"?{}:e[f];for(var f in e.access)z.access[f]=e.access[f];z.addInitializer=function(u){if(M)throw new TypeError("Cannot add initializers after decoration has completed");h.push(r(u||null))};var c=(0,s[g])(n==="accessor"?{get:l.get,set:l.set}:l[b],z);if(n==="accessor"){if(c===void 0)continue;if(c===null||typeof c!="object")throw new TypeError("Object expected");(o=r(c.get))&&(l.get=o),(o=r(c.set))&&(l.set=o),(o=r(c.init))&&a.unshift(o)}else(o=r(c))&&(n==="field"?a.unshift(o):l[b]=o)}p&&Object.defineProperty(p,e.name,l),M=!0},Ue=function(i,t,s){for(var e=arguments.length>2,a=0;a<t.length;a++)s=e?t[a].call(i,s):t[a].call(i);return e?s:void 0},Pc=(()=>{let i=[Q("discord-embed-footer")],t,s=[],e,a=F,h,r=[],n=[],b,p=[],l=[],o,M=[],g=[],z,f=[],c=[];var u=class extends a{static{e=this}static{let j=typeof Symbol=="function"&&Symbol.metadata?Object.create(a[Symbol.metadata]??null):void 0;h=[y({attribute:"footer-image"})],b=[y({attribute:"footer-image-alt"})],o=[y({type:String,reflect:!0,converter:T=>dt(T),attribute:!0})],z=[Y({context:ae,subscribe:!0}),y({type:Boolean,reflect:!0,attribute:"light-theme"})],Qt(this,null,h,{kind:"accessor",name:"footerImage",static:!1,private:!1,access:{has:T=>"footerImage"in T,get:T=>T.footerImage,set:(T,U)=>{T.footerImage=U}},metadata:j},r,n),Qt(this,null,b,{kind:"accessor",name:"footerImageAlt",static:!1,private:!1,access:{has:T=>"footerImageAlt"in T,get:T=>T.footerImageAlt,set:(T,U)=>{T.footerImageAlt=U}},metadata:j},p,l),Qt(this,null,o,{kind:"accessor",name:"timestamp",static:!1,private:!1,access:{has:T=>"timestamp"in T,get:T=>T.timestamp,set:(T,U)=>{T.timestamp=U}},metadata:j},M,g),Qt(this,null,z,{kind:"accessor",name:"lightTheme",static:!1,private:!1,access:{has:T=>"lightTheme"in T,get:T=>T.lightTheme,set:(T,U)=>{T.lightTheme=U}},metadata:j},f,c),Qt(null,t={value:e},i,{kind:"class",name:e.name,metadata:j},null,s),u=e=t.value,j&&Object.defineProperty(e,Symbol.metadata,{enumerable:!0,configurable:!0,writable:!0,value:j})}static styles=J`
		:host {
			-webkit-box-align: center;
			align-items: center;
			display: flex;
			font-size: 12px;
			line-height: 16px;
			font-weight: 500;
			margin-top: 8px;
		}

		:host([light-theme]) {
			color: #747f8d;
		}

		:host .discord-footer-image {
			border-radius: 50%;
			flex-shrink: 0;
			height: 20px;
			margin-right: 8px;
			width: 20px;
		}

		:host .discord-footer-separator {
			color: #dcddde;
			font-weight: 500;
			display: inline-block;
			margin: 0 4px;
		}

		:host([light-theme]) .discord-footer-separator {
			color: #5c5e66;
		}
	`;#e=Ue(this,r,void 0);get footerImage(){return this.#e}set footerImage(j){this.#e=j}#t=(Ue(this,n),Ue(this,p,void 0));get footerImageAlt(){return this.#t}set footerImageAlt(j){this.#t=j}#i=(Ue(this,l),Ue(this,M,void 0));get timestamp(){return this.#i}set timestamp(j){this.#i=j}#s=(Ue(this,g),Ue(this,f,!1));get lightTheme(){return this.#s}set lightTheme(j){this.#s=j}updateTimestamp(j){j&&!Number.isNaN(new Date(j).getTime())&&(this.timestamp=dt(j))}render(){return this.updateTimestamp(this.timestamp),m`${N(this.footerImage,()=>m`<img src=${R(this.footerImage)} alt=${R(this.footerImageAlt)} class="discord-footer-image" />`)}
			<slot></slot>
			${N(this.timestamp,()=>m`<span class="discord-footer-separator">&bull;</span>`)}
			${N(this.timestamp,()=>` ${this.timestamp}`,()=>null)}`}constructor(){super(...arguments),Ue(this,c)}static{Ue(e,s)}};return u=e})()});var Uo,Fo,Fc,br=w(()=>{P();ne();Uo=function(i,t,s,e,a,h){function r(u){if(u!==void 0&&typeof u!="function")throw new TypeError("Function expected");return u}for(var n=e.kind,b=n==="getter"?"get":n==="setter"?"set":"value",p=!t&&i?e.static?i:i.prototype:null,l=t||(p?Object.getOwnPropertyDescriptor(p,e.name):{}),o,M=!1,g=s.length-1;g>=0;g--){var z={};for(var f in e)z[f]=f==="access"?{}:e[f];for(var f in e.access)z.access[f]=e.access[f];z.addInitializer=function(u){if(M)throw new TypeError("Cannot add initializers after decoration has completed");h.push(r(u||null))};var c=(0,s[g])(n==="accessor"?{get:l.get,set:l.set}:l[b],z);if(n==="accessor"){if(c===void 0)continue;if(c===null||typeof c!="object")throw new TypeError("Object expected");(o=r(c.get))&&(l.get=o),(o=r(c.set))&&(l.set=o),(o=r(c.init))&&a.unshift(o)}else(o=r(c))&&(n==="field"?a.unshift(o):l[b]=o)}p&&Object.defineProperty(p,e.name,l),M=!0},Fo=function(i,t,s){for(var e=arguments.length>2,a=0;a<t.length;a++)s=e?t[a].call(i,s):t[a].call(i);return e?s:void 0},Fc=(()=>{let i=[Q("discord-attachments")],t,s=[],e,a=F;var h=class extends a{static{e=this}static{let r=typeof Symbol=="function"&&Symbol.metadata?Object.create(a[Symbol.metadata]??null):void 0;Uo(null,t={value:e},i,{kind:"class",name:e.name,metadata:r},null,s),h=e=t.value,r&&Object.defineProperty(e,Symbol.metadata,{enumerable:!0,configurable:!0,writable:!0,value:r})}static styles=J`
		:host {
			display: grid;
			grid-auto-flow: row;
			grid-row-gap: 0.25rem;
			text-indent: 0;
			min-height: 0;
			min-width: 0;
			padding-top: 0.125rem;
			padding-bottom: 0.125rem;
			position: relative;
		}

		:host > * {
			justify-self: start;
			-ms-flex-item-align: start;
			align-self: start;
		}
	`;render(){return m`<slot></slot>`}static{Fo(e,s)}};return h=e})()});var pt,Se,Yc,yr=w(()=>{P();ne();Ae();Kt();Ce();Ne();pt=function(i,t,s,e,a,h){function r(u){if(u!==void 0&&typeof u!="function")throw new TypeError("Function expected");return u}for(var n=e.kind,b=n==="getter"?"get":n==="setter"?"set":"value",p=!t&&i?e.static?i:i.prototype:null,l=t||(p?Object.getOwnPropertyDescriptor(p,e.name):{}),o,M=!1,g=s.length-1;g>=0;g--){var z={};for(var f in e)z[f]=f==="access"?{}:e[f];for(var f in e.access)z.access[f]=e.access[f];z.addInitializer=function(u){if(M)throw new TypeError("Cannot add initializers after decoration has completed");h.push(r(u||null))};var c=(0,s[g])(n==="accessor"?{get:l.get,set:l.set}:l[b],z);if(n==="accessor"){if(c===void 0)continue;if(c===null||typeof c!="object")throw new TypeError("Object expected");(o=r(c.get))&&(l.get=o),(o=r(c.set))&&(l.set=o),(o=r(c.init))&&a.unshift(o)}else(o=r(c))&&(n==="field"?a.unshift(o):l[b]=o)}p&&Object.defineProperty(p,e.name,l),M=!0},Se=function(i,t,s){for(var e=arguments.length>2,a=0;a<t.length;a++)s=e?t[a].call(i,s):t[a].call(i);return e?s:void 0},Yc=(()=>{let i=[Q("discord-image-attachment")],t,s=[],e,a=F,h,r=[],n=[],b,p=[],l=[],o,M=[],g=[],z,f=[],c=[],u,j=[],T=[];var U=class extends a{static{e=this}static{let _=typeof Symbol=="function"&&Symbol.metadata?Object.create(a[Symbol.metadata]??null):void 0;h=[y({reflect:!0,attribute:"url"})],b=[y({type:Number,reflect:!0,attribute:"height"})],o=[y({type:Number,reflect:!0,attribute:"width"})],z=[y({reflect:!0,attribute:"alt"})],u=[y({type:Boolean,attribute:"custom-image-element"})],pt(this,null,h,{kind:"accessor",name:"url",static:!1,private:!1,access:{has:d=>"url"in d,get:d=>d.url,set:(d,V)=>{d.url=V}},metadata:_},r,n),pt(this,null,b,{kind:"accessor",name:"height",static:!1,private:!1,access:{has:d=>"height"in d,get:d=>d.height,set:(d,V)=>{d.height=V}},metadata:_},p,l),pt(this,null,o,{kind:"accessor",name:"width",static:!1,private:!1,access:{has:d=>"width"in d,get:d=>d.width,set:(d,V)=>{d.width=V}},metadata:_},M,g),pt(this,null,z,{kind:"accessor",name:"alt",static:!1,private:!1,access:{has:d=>"alt"in d,get:d=>d.alt,set:(d,V)=>{d.alt=V}},metadata:_},f,c),pt(this,null,u,{kind:"accessor",name:"customImageElement",static:!1,private:!1,access:{has:d=>"customImageElement"in d,get:d=>d.customImageElement,set:(d,V)=>{d.customImageElement=V}},metadata:_},j,T),pt(null,t={value:e},i,{kind:"class",name:e.name,metadata:_},null,s),U=e=t.value,_&&Object.defineProperty(e,Symbol.metadata,{enumerable:!0,configurable:!0,writable:!0,value:_})}static styles=J`
		:host {
			display: block;
			position: relative;
			-webkit-user-select: text;
			-moz-user-select: text;
			-ms-user-select: text;
			user-select: text;
			overflow: hidden;
			border-radius: 3px;
		}

		.discord-image-attachment {
			color: #dcddde;
			display: flex;
			font-size: 13px;
			line-height: 150%;
			margin-bottom: 8px;
			margin-top: 8px;
		}
	`;#e=Se(this,r,void 0);get url(){return this.#e}set url(_){this.#e=_}#t=(Se(this,n),Se(this,p,void 0));get height(){return this.#t}set height(_){this.#t=_}#i=(Se(this,l),Se(this,M,void 0));get width(){return this.#i}set width(_){this.#i=_}#s=(Se(this,g),Se(this,f,"discord image attachment"));get alt(){return this.#s}set alt(_){this.#s=_}#a=(Se(this,c),Se(this,j,!1));get customImageElement(){return this.#a}set customImageElement(_){this.#a=_}componentWillRender(){this.customImageElement||Ja(this.url)}render(){return m`
			<div class="discord-image-attachment">
				<div class="discord-image-wrapper" style="${Le({height:`${this.height}px`,width:`${this.width}px`})}">
					${N(this.customImageElement,()=>m`<slot></slot>`,()=>m`<img
								alt=${R(this.alt)}
								src=${R(this.url)}
								height=${R(this.height)}
								width=${R(this.width)}
							/>`)}
				</div>
			</div>
		`}constructor(){super(...arguments),Se(this,T)}static{Se(e,s)}};return U=e})()});var ut,Ie,ld,Mr=w(()=>{pe();P();ne();ct();Ae();ue();ut=function(i,t,s,e,a,h){function r(u){if(u!==void 0&&typeof u!="function")throw new TypeError("Function expected");return u}for(var n=e.kind,b=n==="getter"?"get":n==="setter"?"set":"value",p=!t&&i?e.static?i:i.prototype:null,l=t||(p?Object.getOwnPropertyDescriptor(p,e.name):{}),o,M=!1,g=s.length-1;g>=0;g--){var z={};for(var f in e)z[f]=f==="access"?{}:e[f];for(var f in e.access)z.access[f]=e.access[f];z.addInitializer=function(u){if(M)throw new TypeError("Cannot add initializers after decoration has completed");h.push(r(u||null))};var c=(0,s[g])(n==="accessor"?{get:l.get,set:l.set}:l[b],z);if(n==="accessor"){if(c===void 0)continue;if(c===null||typeof c!="object")throw new TypeError("Object expected");(o=r(c.get))&&(l.get=o),(o=r(c.set))&&(l.set=o),(o=r(c.init))&&a.unshift(o)}else(o=r(c))&&(n==="field"?a.unshift(o):l[b]=o)}p&&Object.defineProperty(p,e.name,l),M=!0},Ie=function(i,t,s){for(var e=arguments.length>2,a=0;a<t.length;a++)s=e?t[a].call(i,s):t[a].call(i);return e?s:void 0},ld=(()=>{let i=[Q("discord-link")],t,s=[],e,a=F,h,r=[],n=[],b,p=[],l=[],o,M=[],g=[],z,f=[],c=[],u,j=[],T=[];var U=class extends a{static{e=this}static{let _=typeof Symbol=="function"&&Symbol.metadata?Object.create(a[Symbol.metadata]??null):void 0;h=[Y({context:ae,subscribe:!0}),y({type:Boolean,reflect:!0,attribute:"light-theme"})],b=[y()],o=[y()],z=[y()],u=[y()],ut(this,null,h,{kind:"accessor",name:"lightTheme",static:!1,private:!1,access:{has:d=>"lightTheme"in d,get:d=>d.lightTheme,set:(d,V)=>{d.lightTheme=V}},metadata:_},r,n),ut(this,null,b,{kind:"accessor",name:"href",static:!1,private:!1,access:{has:d=>"href"in d,get:d=>d.href,set:(d,V)=>{d.href=V}},metadata:_},p,l),ut(this,null,o,{kind:"accessor",name:"rel",static:!1,private:!1,access:{has:d=>"rel"in d,get:d=>d.rel,set:(d,V)=>{d.rel=V}},metadata:_},M,g),ut(this,null,z,{kind:"accessor",name:"target",static:!1,private:!1,access:{has:d=>"target"in d,get:d=>d.target,set:(d,V)=>{d.target=V}},metadata:_},f,c),ut(this,null,u,{kind:"accessor",name:"type",static:!1,private:!1,access:{has:d=>"type"in d,get:d=>d.type,set:(d,V)=>{d.type=V}},metadata:_},j,T),ut(null,t={value:e},i,{kind:"class",name:e.name,metadata:_},null,s),U=e=t.value,_&&Object.defineProperty(e,Symbol.metadata,{enumerable:!0,configurable:!0,writable:!0,value:_})}static styles=J`
		a {
			color: #00aff4;
			text-decoration: none;
		}

		a:hover {
			text-decoration: underline;
		}

		.discord-link-light-theme a {
			color: #00b0f4;
		}
	`;#e=Ie(this,r,!1);get lightTheme(){return this.#e}set lightTheme(_){this.#e=_}#t=(Ie(this,n),Ie(this,p,void 0));get href(){return this.#t}set href(_){this.#t=_}#i=(Ie(this,l),Ie(this,M,void 0));get rel(){return this.#i}set rel(_){this.#i=_}#s=(Ie(this,g),Ie(this,f,void 0));get target(){return this.#s}set target(_){this.#s=_}#a=(Ie(this,c),Ie(this,j,void 0));get type(){return this.#a}set type(_){this.#a=_}render(){return m`<a
			href=${R(this.href)}
			rel=${R(this.rel)}
			target=${R(this.target)}
			type=${R(this.type)}
			class=${ze({"discord-link-light-theme":this.lightTheme})}
			><slot></slot
		></a>`}constructor(){super(...arguments),Ie(this,T)}static{Ie(e,s)}};return U=e})()});function _s(i={}){return m`<svg
		${A(i)}
		class="discord-icon-download"
		aria-hidden="true"
		role="img"
		xmlns="http://www.w3.org/2000/svg"
		width="20"
		height="20"
		fill="none"
		viewBox="0 0 24 24"
	>
		${qo}
	</svg>`}var qo,xr=w(()=>{P();W();qo=E`
	<path
		fill="currentColor"
		d="M12 2a1 1 0 0 1 1 1v10.59l3.3-3.3a1 1 0 1 1 1.4 1.42l-5 5a1 1 0 0 1-1.4 0l-5-5a1 1 0 1 1 1.4-1.42l3.3 3.3V3a1 1 0 0 1 1-1ZM3 20a1 1 0 1 0 0 2h18a1 1 0 1 0 0-2H3Z"
	/>
`});function bs(i={}){return m`<svg ${A(i)} aria-hidden="false" fill="none" width="72" height="96" viewBox="0 0 72 96">${Zo}</svg>`}var Zo,wr=w(()=>{P();W();Zo=E`
	<path
	fill="#939bf9"
	d="m72 29.3v60.3c0 2.24 0 3.36-.44 4.22-.38.74-1 1.36-1.74 1.74-.86.44-1.98.44-4.22.44h-59.2c-2.24 0-3.36 0-4.22-.44-.74-.38-1.36-1-1.74-1.74-.44-.86-.44-1.98-.44-4.22v-83.2c0-2.24 0-3.36.44-4.22.38-.74 1-1.36 1.74-1.74.86-.44 1.98-.44 4.22-.44h36.3c1.96 0 2.94 0 3.86.22.5.12.98.28 1.44.5v16.88c0 2.24 0 3.36.44 4.22.38.74 1 1.36 1.74 1.74.86.44 1.98.44 4.22.44h16.88c.22.46.38.94.5 1.44.22.92.22 1.9.22 3.86z" fill="#d3d6fd"/><path d="m68.26 20.26c1.38 1.38 2.06 2.06 2.56 2.88.18.28.32.56.46.86h-16.88c-2.24 0-3.36 0-4.22-.44-.74-.38-1.36-1-1.74-1.74-.44-.86-.44-1.98-.44-4.22v-16.880029c.3.14.58.28.86.459999.82.5 1.5 1.18 2.88 2.56z" />
`});var Fe,ce,kd,Hr=w(()=>{pe();P();ne();ct();Ae();Ce();Mr();ue();xr();wr();Fe=function(i,t,s,e,a,h){function r(u){if(u!==void 0&&typeof u!="function")throw new TypeError("Function expected");return u}for(var n=e.kind,b=n==="getter"?"get":n==="setter"?"set":"value",p=!t&&i?e.static?i:i.prototype:null,l=t||(p?Object.getOwnPropertyDescriptor(p,e.name):{}),o,M=!1,g=s.length-1;g>=0;g--){var z={};for(var f in e)z[f]=f==="access"?{}:e[f];for(var f in e.access)z.access[f]=e.access[f];z.addInitializer=function(u){if(M)throw new TypeError("Cannot add initializers after decoration has completed");h.push(r(u||null))};var c=(0,s[g])(n==="accessor"?{get:l.get,set:l.set}:l[b],z);if(n==="accessor"){if(c===void 0)continue;if(c===null||typeof c!="object")throw new TypeError("Object expected");(o=r(c.get))&&(l.get=o),(o=r(c.set))&&(l.set=o),(o=r(c.init))&&a.unshift(o)}else(o=r(c))&&(n==="field"?a.unshift(o):l[b]=o)}p&&Object.defineProperty(p,e.name,l),M=!0},ce=function(i,t,s){for(var e=arguments.length>2,a=0;a<t.length;a++)s=e?t[a].call(i,s):t[a].call(i);return e?s:void 0},kd=(()=>{let i=[Q("discord-file-attachment")],t,s=[],e,a=F,h,r=[],n=[],b,p=[],l=[],o,M=[],g=[],z,f=[],c=[],u,j=[],T=[],U,_=[],d=[],V,re=[],he=[],le,de=[],me=[];var fe=class extends a{static{e=this}static{let q=typeof Symbol=="function"&&Symbol.metadata?Object.create(a[Symbol.metadata]??null):void 0;h=[y()],b=[y({type:Number})],o=[y({attribute:"bytes-unit"})],z=[y()],u=[y()],U=[y()],V=[y()],le=[Y({context:ae,subscribe:!0}),y({type:Boolean,reflect:!0,attribute:"light-theme"})],Fe(this,null,h,{kind:"accessor",name:"name",static:!1,private:!1,access:{has:I=>"name"in I,get:I=>I.name,set:(I,X)=>{I.name=X}},metadata:q},r,n),Fe(this,null,b,{kind:"accessor",name:"bytes",static:!1,private:!1,access:{has:I=>"bytes"in I,get:I=>I.bytes,set:(I,X)=>{I.bytes=X}},metadata:q},p,l),Fe(this,null,o,{kind:"accessor",name:"bytesUnit",static:!1,private:!1,access:{has:I=>"bytesUnit"in I,get:I=>I.bytesUnit,set:(I,X)=>{I.bytesUnit=X}},metadata:q},M,g),Fe(this,null,z,{kind:"accessor",name:"href",static:!1,private:!1,access:{has:I=>"href"in I,get:I=>I.href,set:(I,X)=>{I.href=X}},metadata:q},f,c),Fe(this,null,u,{kind:"accessor",name:"rel",static:!1,private:!1,access:{has:I=>"rel"in I,get:I=>I.rel,set:(I,X)=>{I.rel=X}},metadata:q},j,T),Fe(this,null,U,{kind:"accessor",name:"target",static:!1,private:!1,access:{has:I=>"target"in I,get:I=>I.target,set:(I,X)=>{I.target=X}},metadata:q},_,d),Fe(this,null,V,{kind:"accessor",name:"type",static:!1,private:!1,access:{has:I=>"type"in I,get:I=>I.type,set:(I,X)=>{I.type=X}},metadata:q},re,he),Fe(this,null,le,{kind:"accessor",name:"lightTheme",static:!1,private:!1,access:{has:I=>"lightTheme"in I,get:I=>I.lightTheme,set:(I,X)=>{I.lightTheme=X}},metadata:q},de,me),Fe(null,t={value:e},i,{kind:"class",name:e.name,metadata:q},null,s),fe=e=t.value,q&&Object.defineProperty(e,Symbol.metadata,{enumerable:!0,configurable:!0,writable:!0,value:q})}static styles=J`
		:host {
			display: grid;
			height: -moz-fit-content;
			height: fit-content;
			grid-auto-flow: row;
			grid-row-gap: 0.25rem;
			grid-template-columns: repeat(auto-fill, minmax(100%, 1fr));
			text-indent: 0;
			min-height: 0;
			min-width: 0;
			padding-top: 0.125rem;
			padding-bottom: 0.125rem;
			position: relative;
		}

		:host > * {
			justify-self: start;
			align-self: start;
		}

		.discord-file-attachment-non-visual-media-item-container:hover .discord-button-download-attachment {
			display: block !important;
		}

		.discord-button-download-attachment {
			display: none;
			position: absolute;
			top: -8px;
			right: -8px;
			border-radius: 5px;
			outline: color-mix(in oklab, hsl(220 calc(1 * 6.5%) 18% / 1) 100%, black 0%);
			background-color: color-mix(in oklab, hsl(223 calc(1 * 6.7%) 20.6% / 1) 100%, black 0%);
		}

		.discord-link-download-attachment {
			color: color-mix(in oklab, hsl(215 calc(1 * 8.8%) 73.3% / 1) 100%, black 0%);
			display: flex;
		}

		.discord-icon-download {
			padding: 6px;
		}

		.discord-file-attachment-non-visual-media-item-container {
			margin-top: 8px;
			max-width: 100%;
			display: flex;
			flex-direction: column;
			position: relative;
		}

		.discord-file-attachment-non-visual-media-item {
			width: -moz-fit-content;
			width: fit-content;
			max-width: 100%;
		}

		.discord-file-attachment-mosaic-item-media {
			position: relative;
			max-height: inherit;
			border-radius: 2px;
			width: 100%;
			align-items: center;
			display: flex;
			flex-flow: row nowrap;
			max-width: 100%;
			height: 100%;
		}

		.discord-file-attachment-mosaic-style {
			padding: 16px;
			border-radius: 8px;
			width: 432px;
			max-width: 100%;
			flex: auto;
			border-color: #202020;
			background-color: #282828;

			align-items: center;
			flex-direction: row;
			display: flex;
			box-sizing: border-box;
			letter-spacing: 0;
			border: 1px solid transparent;
		}

		.discord-file-attachment-light-theme.discord-file-attachment-mosaic-style {
			border-color: #f3f3f3;
			background-color: #f9f9f9;
		}

		.discord-file-attachment-icon {
			width: 30px;
			height: 40px;
			margin-right: 8px;
			flex-shrink: 0;
		}

		.discord-file-attachment-inner {
			flex: 1;
			white-space: nowrap;
			text-overflow: ellipsis;
			overflow: hidden;
		}

		.discord-file-attachment-filename-link-wrapper {
			color: #00aff4;
			white-space: nowrap;
			text-overflow: ellipsis;
			overflow: hidden;
		}

		.discord-file-attachment-metadata {
			line-height: 16px;
			font-size: 12px;
			font-weight: 400;
			color: hsl(223 calc(1 * 5.8%) 52.9% / 1);
			margin-right: 8px;
		}
	`;#e=ce(this,r,void 0);get name(){return this.#e}set name(q){this.#e=q}#t=(ce(this,n),ce(this,p,void 0));get bytes(){return this.#t}set bytes(q){this.#t=q}#i=(ce(this,l),ce(this,M,void 0));get bytesUnit(){return this.#i}set bytesUnit(q){this.#i=q}#s=(ce(this,g),ce(this,f,void 0));get href(){return this.#s}set href(q){this.#s=q}#a=(ce(this,c),ce(this,j,void 0));get rel(){return this.#a}set rel(q){this.#a=q}#r=(ce(this,T),ce(this,_,void 0));get target(){return this.#r}set target(q){this.#r=q}#o=(ce(this,d),ce(this,re,void 0));get type(){return this.#o}set type(q){this.#o=q}#h=(ce(this,he),ce(this,de,!1));get lightTheme(){return this.#h}set lightTheme(q){this.#h=q}render(){return m`<div class="discord-file-attachment-non-visual-media-item-container">
			<div class="discord-file-attachment-non-visual-media-item">
				<div class="discord-file-attachment-mosaic-item-media">
					<div class=${ze({"discord-file-attachment-mosaic-style":!0,"discord-file-attachment-light-theme":this.lightTheme})}>
						${bs({class:"discord-file-attachment-icon",alt:"Attachment file type: unknown",title:"unknown"})}
						<div class="discord-file-attachment-inner">
							<div class="discord-file-attachment-filename-link-wrapper">
								<discord-link
									href=${R(this.href)}
									rel=${R(this.rel)}
									target=${R(this.target)}
									type=${R(this.type)}
								>
									${this.name}
								</discord-link>
							</div>
							<div class="discord-file-attachment-metadata">
								${this.bytes}${N(this.bytesUnit,()=>m` ${this.bytesUnit}`,()=>null)}
							</div>
						</div>
					</div>
				</div>
			</div>
			<div class="discord-button-download-attachment">
				<a
					class="discord-link-download-attachment"
					aria-label="Download"
					href="${R(this.href)}"
					rel="noreferrer noopener"
					target="_blank"
					role="button"
					tabindex="0"
				>
					${_s()}
				</a>
			</div>
		</div>`}constructor(){super(...arguments),ce(this,me)}static{ce(e,s)}};return fe=e})()});var ys,Xt,Sd,$r=w(()=>{pe();P();ne();ue();ys=function(i,t,s,e,a,h){function r(u){if(u!==void 0&&typeof u!="function")throw new TypeError("Function expected");return u}for(var n=e.kind,b=n==="getter"?"get":n==="setter"?"set":"value",p=!t&&i?e.static?i:i.prototype:null,l=t||(p?Object.getOwnPropertyDescriptor(p,e.name):{}),o,M=!1,g=s.length-1;g>=0;g--){var z={};for(var f in e)z[f]=f==="access"?{}:e[f];for(var f in e.access)z.access[f]=e.access[f];z.addInitializer=function(u){if(M)throw new TypeError("Cannot add initializers after decoration has completed");h.push(r(u||null))};var c=(0,s[g])(n==="accessor"?{get:l.get,set:l.set}:l[b],z);if(n==="accessor"){if(c===void 0)continue;if(c===null||typeof c!="object")throw new TypeError("Object expected");(o=r(c.get))&&(l.get=o),(o=r(c.set))&&(l.set=o),(o=r(c.init))&&a.unshift(o)}else(o=r(c))&&(n==="field"?a.unshift(o):l[b]=o)}p&&Object.defineProperty(p,e.name,l),M=!0},Xt=function(i,t,s){for(var e=arguments.length>2,a=0;a<t.length;a++)s=e?t[a].call(i,s):t[a].call(i);return e?s:void 0},Sd=(()=>{let i=[Q("discord-spoiler")],t,s=[],e,a=F,h,r=[],n=[],b,p=[],l=[];var o=class extends a{static{e=this}static{let M=typeof Symbol=="function"&&Symbol.metadata?Object.create(a[Symbol.metadata]??null):void 0;h=[y({type:Boolean,reflect:!0})],b=[Y({context:ae}),y({type:Boolean,reflect:!0,attribute:"light-theme"})],ys(this,null,h,{kind:"accessor",name:"activated",static:!1,private:!1,access:{has:g=>"activated"in g,get:g=>g.activated,set:(g,z)=>{g.activated=z}},metadata:M},r,n),ys(this,null,b,{kind:"accessor",name:"lightTheme",static:!1,private:!1,access:{has:g=>"lightTheme"in g,get:g=>g.lightTheme,set:(g,z)=>{g.lightTheme=z}},metadata:M},p,l),ys(null,t={value:e},i,{kind:"class",name:e.name,metadata:M},null,s),o=e=t.value,M&&Object.defineProperty(e,Symbol.metadata,{enumerable:!0,configurable:!0,writable:!0,value:M})}static styles=J`
		:host {
			background-color: #202225;
			border-radius: 3px;
			color: transparent;
			cursor: pointer;
		}

		:host([light-theme]) {
			background-color: #c4c9ce;
		}

		:host(:hover) {
			background-color: rgba(32, 34, 37, 0.8);
		}

		:host([light-theme]:hover) {
			background-color: #cfd3d7;
		}

		:host([activated]) {
			color: inherit;
			background-color: hsla(0, 0%, 100%, 0.1);
		}

		:host([light-theme][activated]) {
			background-color: #e5e5e5;
		}
	`;#e=Xt(this,r,!1);get activated(){return this.#e}set activated(M){this.#e=M}#t=(Xt(this,n),Xt(this,p,!1));get lightTheme(){return this.#t}set lightTheme(M){this.#t=M}render(){return m`<slot
			@click=${()=>{this.activated=!0}}
			@keydown=${()=>{this.activated=!0}}
		></slot>`}constructor(){super(...arguments),Xt(this,l)}static{Xt(e,s)}};return o=e})()});var Wo=kr(()=>{ue();ir();or();vr();pr();ur();gr();zr();_r();br();yr();Hr();$r()});export default Wo();
